package main

import (
	"net/http"
	"slices"
)

func sessionFacts() []fact {
	rows := []fact{
		{about: aboutRequest, name: "status of the plain session", needs: sessions, reliesOn: inSessions, documented: "201",
			covers: []string{"ConnectSessionRequest.origin_owner_id", "ConnectSessionRequest.origin_owner_name", "ConnectSessionRequest.type", "ConnectSessionRequest.expires_in"},
			check:  status("session", http.StatusCreated)},
		{about: aboutRequest, name: "echo of owner and type", needs: sessions, documented: "as sent; type may be null or unmapped_value", check: echoes},
	}

	for _, name := range []string{
		"origin_username", "categories", "provider", "connector_profile_id", "integration_id", "account_id", "label", "metadata", "multiple", "shared", "relink",
	} {
		covers := []string{"ConnectSessionRequest." + name}
		if slices.Contains([]string{"integration_id", "shared", "relink"}, name) {
			covers = nil // the client does not send it
		}

		rows = append(rows, fact{about: aboutRequest, name: name, needs: sessions, reliesOn: inSessions, documented: "accepted",
			covers: covers, check: accepted("session with " + name)})
	}

	rows = append(rows,
		fact{about: aboutRequest, name: "provider_version", needs: sessions, documented: "deprecated: ignored, or refused", check: acceptedOrRefused("provider_version")},
		fact{about: aboutRequest, name: "categories hrisLegacy and stackOne", needs: sessions, documented: "refused: only examples spell them so", check: refused("documentation's spelling")},
		fact{about: aboutRequest, name: "a category that does not exist", needs: sessions, reliesOn: inCategories, documented: "refused (inferred)", check: refused("unknown category")},
		fact{about: aboutRequest, name: "expires_in of 1", needs: sessions, documented: "accepted: no minimum is declared", check: accepted("expires_in 1")},
		fact{about: aboutRequest, name: "expires_in of 2592000, thirty days", needs: sessions, documented: "accepted (inferred)", check: accepted("expires_in 2592000")},
		fact{about: aboutRequest, name: "expires_in with a fraction", needs: sessions, documented: "accepted: the type is number", check: accepted("expires_in fraction")},
		fact{about: aboutRequest, name: "a field that does not exist", needs: sessions, documented: "unknown: ignored, or refused", check: acceptedOrRefused("unknown field")},
	)

	for _, f := range []struct {
		name, documented string
		required         bool
		types            []string
	}{
		{"id", "number (string in 2024)", true, []string{aNumber, aString}},
		{"organization_id", "string (number before 2026)", true, []string{aString, aNumber}},
		{"project_id", "string", true, []string{aString}},
		{"created_at", "time", true, []string{aMoment}},
		{"token", "string", true, []string{aString}},
		{"auth_link_url", "string", true, []string{aString}},
		{"external_trigger_token", "string or null, may be absent", false, []string{aString, aNull}},
	} {
		row := fieldRow(aboutAnswer, sessions, inSessions, "connectSessionAnswer", property{[]source{{"session", whole}}, []string{f.name}, f.required, f.types})
		row.documented = f.documented
		rows = append(rows, row)
	}

	return append(rows,
		fact{about: aboutAnswer, name: "created_at against Date", needs: sessions, reliesOn: inExpiry, documented: "within " + tolerance.String(),
			check: said("session", "created_at is near Date", "within "+tolerance.String(), "further apart")},
		fact{about: aboutAnswer, name: "where the link goes", needs: sessions, documented: "a host of StackOne, with the token in the query", check: checkLink},
		fact{about: aboutAnswer, name: newFields, needs: sessions, documented: "none", check: newNames([]source{{"session", whole}},
			"id organization_id project_id created_at token auth_link_url external_trigger_token origin_owner_id origin_owner_name origin_username provider account_id "+
				"label metadata categories type integration_id latest_connection_attempt")},
	)
}
