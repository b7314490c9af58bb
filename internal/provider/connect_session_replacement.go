package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// maxNamed limits the warnings of one kind in a run, so that they do not hide others.
const maxNamed = 5

// warnOfReplacement warns when a changed input replaces a valid session. Renewals and changes
// of keepers are routine and do not warn.
func (r *connectSessionResource) warnOfReplacement(ctx context.Context, req resource.ModifyPlanRequest, state connectSessionModel) diag.Diagnostics {
	changed := changedInputs(req.Plan.Raw, req.State.Raw)

	end, known := state.end()
	if len(changed) == 0 || !known || due(r.data.clock.Now(), end, 0) {
		return nil
	}

	var diags diag.Diagnostics

	switch n := r.data.replacedSessions.Add(1); {
	case n <= maxNamed:
		var id types.String

		diags.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
		diags.AddAttributeWarning(path.Root(changed[0]), "A valid connect session is replaced",
			fmt.Sprintf("Changed inputs (%s) replace session %s. StackOne cannot revoke it: its token and its link stay usable until %s.\n\n"+
				"Unless the lifecycle block has create_before_destroy = true, which the provider cannot see, a new session that StackOne refuses leaves the state without a link.",
				strings.Join(changed, ", "), id.ValueString(), end.UTC().Format(time.RFC3339)))
	case n == maxNamed+1:
		diags.AddWarning("More valid connect sessions are replaced",
			"This plan replaces more valid sessions than the five that other warnings name. The same applies to all of them. The plan lists them.")
	}

	return diags
}

// changedInputs returns the sorted names of the inputs that differ between plan and state.
func changedInputs(plan, state tftypes.Value) []string {
	var before, after map[string]tftypes.Value
	if plan.As(&after) != nil || state.As(&before) != nil {
		return nil
	}

	var changed []string

	for name, attribute := range connectSessionAttributes() {
		if !attribute.IsComputed() && !after[name].Equal(before[name]) {
			changed = append(changed, name)
		}
	}

	slices.Sort(changed)

	return changed
}

type removedSession struct{ id, until string }

// withLostLink adds to create errors where the old link is, if this run has removed a valid
// session of the same owner, as a replacement without create_before_destroy does.
func (d *providerData) withLostLink(diags diag.Diagnostics, owner string) diag.Diagnostics {
	value, _ := d.removedSessions.Load(owner)

	old, ok := value.(removedSession)
	if !ok {
		return diags
	}

	out := slices.Clone(diags)
	for i, found := range out {
		if found.Severity() == diag.SeverityError {
			out[i] = diag.NewErrorDiagnostic(found.Summary(), found.Detail()+fmt.Sprintf("\n\n"+
				"Before this, Terraform removed session %s of the same owner from the state; its link stays usable until %s. "+
				"The link is still in the backup of the state: terraform.tfstate.backup, or an earlier version in the backend. "+
				"With create_before_destroy = true in its lifecycle block, the old session stays in the state until the new one exists.", old.id, old.until))
		}
	}

	return out
}
