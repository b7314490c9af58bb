package main

import "slices"

// listRows are the rows of a list that is read in parts; reliesOn is the file that
// reads them.
func listRows(about, list, path, reliesOn, shape string, places ...string) []fact {
	return []fact{
		{about: about, name: "shape of the list", needs: reading, reliesOn: reliesOn, documented: shape, check: listShape(list, places...)},
		{about: about, name: "a page of 100", needs: reading, reliesOn: reliesOn, documented: "accepted", check: pageOf(list, list, fullPage)},
		{about: about, name: "page_size", needs: reading, reliesOn: reliesOn, documented: "honoured", check: pageOf(path+" page 1", list, 1)},
		{about: about, name: "the second page", needs: reading, reliesOn: reliesOn, documented: "follows the first", check: pageHonoured(path+" page 1", path+" page 2", list)},
		usualSizeRow(about, list, path),
	}
}

// numberRows are about a list whose pages have numbers.
func numberRows(about, list, path string) []fact {
	return []fact{
		{about: about, name: "the first page is 1", needs: reading, reliesOn: inPages, documented: "yes (inferred)", check: startsAtOne(path+" as usual", path+" page 1")},
		{about: about, name: "a page of less than 100 is the last", needs: reading, reliesOn: inPages, documented: "yes (inferred): no maximum is documented", check: shortIsLast(path+" after the end", list)},
	}
}

// knownRow is about a filter by values that objects have.
func knownRow(about, filter, reliesOn, probe string) fact {
	return fact{about: about, name: filter + ", known values", needs: reading, reliesOn: reliesOn, documented: "finds those, and nothing else", check: found(probe)}
}

// usualSizeRow is about a list that is asked for without page_size, as the provider
// never does.
func usualSizeRow(about, list, path string) fact {
	return fact{about: about, name: "objects without page_size", needs: reading, documented: "25", check: usualSize(path+" as usual", list)}
}

func accountFacts() []fact {
	objects := []source{{"account", whole}, {"accounts", (*shape).items}}
	rows := listRows(aboutAccounts, "accounts", "/accounts", inPages, "bare array, or array under data", bareArray, underData)
	rows[0].covers = []string{"decodePage.data"}

	total := fieldRow(aboutAccounts, reading, "", "decodePage", property{[]source{{"accounts", whole}}, []string{"total"}, false, []string{aNumber}})
	total.documented = "none; the client takes a number"
	rows = append(append(rows, numberRows(aboutAccounts, "accounts", "/accounts")...), total)

	for _, filter := range []string{"account_ids", "origin_owner_ids", "providers"} {
		rows = append(rows, fact{about: aboutAccounts, name: "filter " + filter, needs: reading, reliesOn: inFilter, documented: "honoured", check: nothingFound("accounts by "+filter, "accounts")},
			knownRow(aboutAccounts, "filter "+filter, inFilter, "accounts by known "+filter))
	}

	rows = append(rows,
		fact{about: aboutAccounts, name: "filter status", needs: reading, reliesOn: inFilter, documented: "honoured", check: said("accounts by status", everyMatches, "honoured", "objects that do not match")},
		knownRow(aboutAccounts, "filter status", inFilter, "accounts by known status"),
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

	reasons := nestedRows(aboutAccounts, inAccounts, "reason", "status_reasons", objects, []property{
		{names: []string{"code"}, types: []string{aString, aNull}},
		{names: []string{"description"}, types: []string{aString, aNull}},
		{names: []string{"timestamp"}, types: []string{aMoment}},
	})
	reasons[2].documented = "time; the client also does without"

	return append(append(rows, reasons...), fact{about: aboutAccounts, name: newFields, needs: reading, documented: "none", check: newNames(objects,
		"id provider provider_name connector status status_reasons origin_owner_id owner_id origin_owner_name origin_username "+
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
	rows := listRows(aboutConfigs, "auth configs", "/auth_configs", inPages, "array under data; a bare array would do", underData, bareArray)
	rows = append(rows, numberRows(aboutConfigs, "auth configs", "/auth_configs")...)
	rows = append(rows,
		fieldRow(aboutConfigs, reading, "", "decodePage", property{[]source{{"auth configs", whole}}, []string{"total"}, true, []string{aNumber}}),
		fact{about: aboutConfigs, name: "filter connector_key", needs: reading, reliesOn: inAuthConfigs, documented: "honoured", check: nothingFound("auth configs by connector_key", "auth configs")},
		knownRow(aboutConfigs, "filter connector_key", inAuthConfigs, "auth configs by known connector_key"),
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
	rows := listRows(aboutCatalogue, "connectors", "/actions", inConnectors, "array or null under data", underData, nullUnderData)
	rows[0].covers = []string{"decodeConnectorPage.data"}

	next := fieldRow(aboutCatalogue, reading, inConnectors, "decodeConnectorPage", property{[]source{{"connectors", whole}}, []string{"next"}, false, []string{aString, aNumber, aNull}})
	next.documented = "string or null; the client also takes a number"

	rows = append(rows, next,
		fact{about: aboutCatalogue, name: "filter[connectors]", needs: reading, documented: "honoured", check: nothingFound("connectors by key", "connectors")},
		knownRow(aboutCatalogue, "filter[connectors]", inConnectors, "connectors by known key"),
	)

	key := fieldRow(aboutCatalogue, reading, inConnectors, "decodeConnector", property{objects, []string{"key"}, true, []string{aString}})
	key.documented = "string or null; the client needs a string"
	rows = append(rows, key)

	for _, p := range []property{
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
