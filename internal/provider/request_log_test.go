package provider

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

func TestMasks(t *testing.T) {
	t.Parallel()

	key, token := stackone.NewSecret("v1.eu1.key"), stackone.NewSecret("cs_token")
	link, trigger := stackone.NewSecret("https://app.example/?t=another"), stackone.NewSecret("ett_trigger")

	var output bytes.Buffer

	ctx := (&providerData{apiKey: key}).maskKey(tflogtest.RootLogger(context.Background(), &output))
	ctx = connectSessionOutputs{Token: newSecretString(token), AuthLinkURL: newSecretString(link), ExternalTriggerToken: newSecretString(trigger)}.mask(ctx)

	for _, secret := range []stackone.Secret{key, basicForm(key), token, link, trigger} {
		output.Reset()
		logAttempt(ctx, stackone.Attempt{RequestID: "of " + secret.Reveal(), Err: errors.New("oops " + secret.Reveal())})

		if got := output.String(); strings.Contains(got, secret.Reveal()) || strings.Count(got, "***") < 2 {
			t.Errorf("logged: %s", got)
		}
	}

	// A provider without a known key masks nothing.
	output.Reset()
	logAttempt((&providerData{}).maskKey(tflogtest.RootLogger(context.Background(), &output)), stackone.Attempt{RequestID: "plain"})

	if got := output.String(); !strings.Contains(got, "plain") {
		t.Errorf("logged: %s", got)
	}
}
