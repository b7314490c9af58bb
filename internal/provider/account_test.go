package provider

import (
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

func TestDisplayName(t *testing.T) {
	t.Parallel()

	for want, account := range map[string]stackone.Account{
		"1":                       {ID: "1"},
		"1, Zoë & Co, bamboohr":   {ID: "1", OriginOwnerName: new("Zoë & Co"), Provider: new("bamboohr"), Label: new("")},
		"1,  [31mAcme":            {ID: "1", OriginOwnerName: new("\x1b[31mAcme")},
		"1, ok list.a  id=FAKE  ": {ID: "1", Label: new("ok\nlist.a \u202eid=FAKE\a ")},
	} {
		if got := displayName(account.ID, account.OriginOwnerName, account.Provider, account.Label); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
