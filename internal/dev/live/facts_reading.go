package main

import "slices"

// listRows are the rows of a list that is read by pages; reliesOn is the file that
// reads the pages.
func listRows(about, list, path, reliesOn, shape string) []fact {
	return []fact{
		{about: about, name: "shape of the list", needs: reading, reliesOn: reliesOn, documented: shape, check: listShape(list)},
		{about: about, name: "a page of 100", needs: reading, reliesOn: reliesOn, documented: "accepted", check: pageOf(list, list, 100)},
		{about: about, name: "page_size", needs: reading, reliesOn: reliesOn, documented: "honoured", check: pageOf(path+" page 1", list, 1)},
		{about: about, name: "the second page", needs: reading, reliesOn: reliesOn, documented: "follows the first", check: pageHonoured(path+" page 1", path+" page 2")},
	}
}

// usualSizeRow is about a list that is asked for without page_size, as the provider
// never does.
func usualSizeRow(about, list, path string) fact {
	return fact{about: about, name: "objects without page_size", needs: reading, documented: "25", check: usualSize(path+" as usual", list)}
}

func accountFacts() []fact {
	objects := []source{{"account", whole}, {"accounts", (*shape).items}}
	rows := listRows(aboutAccounts, "accounts", "/accounts", inPages, "bare array, or array under data")
	rows[0].covers = []string{"decodePage.data"}

	rows = append(rows, usualSizeRow(aboutAccounts, "accounts", "/accounts"),
		fieldRow(aboutAccounts, reading, "", "decodePage", property{[]source{{"accounts", whole}}, []string{"total"}, false, []string{aNumber}}))

	for _, filter := range []string{"account_ids", "origin_owner_ids", "providers"} {
		rows = append(rows, fact{about: aboutAccounts, name: "filter " + filter, needs: reading, reliesOn: inFilter, documented: "honoured", check: nothingFound("accounts by "+filter, "accounts")})
	}

	rows = append(rows,
		fact{about: aboutAccounts, name: "filter status", needs: reading, reliesOn: inFilter, documented: "honoured", check: said("accounts by status", everyMatches, "honoured", "objects that do not match")},
		fact{about: aboutAccounts, name: "an account by its id", needs: reading, reliesOn: inAccounts, documented: "the account with that id",
			check: said("account", askedFor, "the account with that id", "another account, or none")},
	)

	for _, p := range []property{
		{objects, []string{"id"}, true, []string{aString}},
		{objects, []string{"provider", "connector"}, true, []string{aString}},
		{objects, []string{"provider_name", "connector_name"}, false, []string{aString, aNull}},
		{objects, []string{"status"}, true, []string{aString}},
		{objects, []string{"status_reasons"}, false, []string{anArray, aNull}},
		{objects, []string{"origin_owner_id", "owner_id"}, true, []string{aString}},
		{objects, []string{"origin_owner_name", "owner_name"}, true, []string{aString}},
		{objects, []string{"origin_username", "owner_username"}, false, []string{aString, aNull}},
		{objects, []string{"label"}, false, []string{aString, aNull}},
		{objects, []string{"type"}, false, []string{aString, aNull}},
		{objects, []string{"shared"}, false, []string{aBoolean, aNull}},
		{objects, []string{"created_at"}, true, []string{aMoment}},
		{objects, []string{"updated_at"}, true, []string{aMoment}},
	} {
		rows = append(rows, fieldRow(aboutAccounts, reading, inAccounts, "accountAnswer", p))
	}

	rows = append(rows, nestedRows(aboutAccounts, inAccounts, "reason", "status_reasons", objects, []property{
		{names: []string{"code"}, types: []string{aString, aNull}},
		{names: []string{"description"}, types: []string{aString, aNull}},
		{names: []string{"timestamp"}, types: []string{aMoment}},
	})...)

	return append(rows, fact{about: aboutAccounts, name: newFields, needs: reading, documented: "none", check: newNames(objects,
		"id provider provider_name connector connector_name status status_reasons origin_owner_id owner_id origin_owner_name owner_name origin_username owner_username "+
			"label type shared created_at updated_at credentials setup_information categories connector_profile_id")})
}

// nestedRows are the rows of the fields of the objects in a list within others.
func nestedRows(about, reliesOn, decoder, list string, outer []source, fields []property) []fact {
	inner := slices.Clone(outer)
	for i, from := range inner {
		inner[i].part = within(from.part, list)
	}

	rows := make([]fact, len(fields))

	for i, p := range fields {
		p.sources = inner
		rows[i] = fieldRow(about, reading, reliesOn, decoder, p)
		rows[i].name = list + ": " + rows[i].name
	}

	return rows
}

func authConfigFacts() []fact {
	objects := []source{{"auth configs", (*shape).items}}
	rows := listRows(aboutConfigs, "auth configs", "/auth_configs", inPages, "array under data; a bare array would do")

	rows = append(rows, usualSizeRow(aboutConfigs, "auth configs", "/auth_configs"),
		fieldRow(aboutConfigs, reading, "", "decodePage", property{[]source{{"auth configs", whole}}, []string{"total"}, true, []string{aNumber}}),
		fact{about: aboutConfigs, name: "filter connector_key", needs: reading, reliesOn: inAuthConfigs, documented: "honoured", check: nothingFound("auth configs by connector_key", "auth configs")},
		fact{about: aboutConfigs, name: "filter enabled=true", needs: reading, documented: "active ones alone (inferred)", check: said("auth configs enabled=true", everyMatches, "active ones alone", "others too")},
		fact{about: aboutConfigs, name: "filter enabled=false", needs: reading, documented: "inactive ones alone (inferred)", check: said("auth configs enabled=false", everyMatches, "inactive ones alone", "others too")},
	)

	for _, p := range []property{
		{objects, []string{"id"}, true, []string{aString}},
		{objects, []string{"name"}, true, []string{aString}},
		{objects, []string{"connector_key"}, true, []string{aString}},
		{objects, []string{"connector_label"}, true, []string{aString}},
		{objects, []string{"categories"}, true, []string{anArray}},
		{objects, []string{"active"}, true, []string{aBoolean}},
		{objects, []string{"default"}, true, []string{aBoolean}},
		{objects, []string{"release_stage"}, true, []string{aString}},
		{objects, []string{"connector_version"}, false, []string{aString, aNull}},
		{objects, []string{"connector_pinned_version"}, false, []string{aString, aNull}},
		{objects, []string{"environment"}, false, []string{aString, aNull}},
		{objects, []string{"created_at"}, true, []string{aMoment}},
		{objects, []string{"updated_at"}, true, []string{aMoment}},
	} {
		rows = append(rows, fieldRow(aboutConfigs, reading, inAuthConfigs, "decodeAuthConfig", p))
	}

	return append(rows, fact{about: aboutConfigs, name: newFields, needs: reading, documented: "none", check: newNames(objects,
		"id name connector_key connector_label logo_url categories active default release_stage created_at updated_at connector_version connector_pinned_version "+
			"connector_owner environment authentication_config_key authentication_config_label")})
}

func connectorFacts() []fact {
	objects := []source{{"connectors", (*shape).items}}
	rows := listRows(aboutCatalogue, "connectors", "/actions", inConnectors, "array under data")
	rows[0].covers = []string{"decodeConnectorPage.data"}

	rows = append(rows,
		fieldRow(aboutCatalogue, reading, inConnectors, "decodeConnectorPage", property{[]source{{"connectors", whole}}, []string{"next"}, false, []string{aString, aNumber, aNull}}),
		fact{about: aboutCatalogue, name: "filter[connectors]", needs: reading, documented: "honoured", check: nothingFound("connectors by key", "connectors")},
	)

	for _, p := range []property{
		{objects, []string{"key"}, true, []string{aString}},
		{objects, []string{"name"}, false, []string{aString, aNull}},
		{objects, []string{"version"}, false, []string{aString, aNull}},
		{objects, []string{"categories"}, false, []string{anArray, aNull}},
		{objects, []string{"release_stage"}, false, []string{aString, aNull}},
		{objects, []string{"authentication"}, false, []string{anArray, aNull}},
	} {
		rows = append(rows, fieldRow(aboutCatalogue, reading, inConnectors, "decodeConnector", p))
	}

	rows = append(rows, nestedRows(aboutCatalogue, inConnectors, "way", "authentication", objects, []property{
		{names: []string{"key"}, types: []string{aString, aNull}},
		{names: []string{"type"}, types: []string{aString, aNull}},
		{names: []string{"label"}, types: []string{aString, aNull}},
	})...)

	// With exclude=actions there are none.
	return append(rows, fact{about: aboutCatalogue, name: newFields, needs: reading, documented: "none", check: newNames(objects,
		"key name version icon description categories release_stage authentication scope_definitions account_id integration_id")})
}
