package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone"
)

type pinnedVersionModel struct {
	ConnectorProfileID types.String `tfsdk:"connector_profile_id"`
	PinnedVersion      types.String `tfsdk:"pinned_version"`
	Owner              types.String `tfsdk:"owner"`
	CreatedAt          types.String `tfsdk:"created_at"`
	UpdatedAt          types.String `tfsdk:"updated_at"`
}

func (m *pinnedVersionModel) putRequest() stackone.PinnedVersionRequest {
	request := stackone.PinnedVersionRequest{PinnedVersion: m.PinnedVersion.ValueString()}
	if isSet(m.Owner) {
		request.Owner = m.Owner.ValueStringPointer()
	}

	return request
}

// setComputed sets the attributes that are not configured.
func (m *pinnedVersionModel) setComputed(pin stackone.PinnedVersion) {
	if m.Owner.IsUnknown() {
		m.Owner = types.StringPointerValue(pin.Owner)
	}

	m.CreatedAt, m.UpdatedAt = types.StringPointerValue(pin.CreatedAt), types.StringPointerValue(pin.UpdatedAt)
}

// refresh updates a configured value only if it differs from the last response: StackOne may
// return another spelling than it was sent, such as a version for a range.
func (m *pinnedVersionModel) refresh(pin stackone.PinnedVersion, last returnedPin) {
	returned := newReturnedPin(pin)

	if returned.PinnedVersion != last.PinnedVersion {
		m.PinnedVersion = types.StringValue(pin.Version)
	}

	if returned.Owner != last.Owner {
		m.Owner = types.StringPointerValue(pin.Owner)
	}

	m.CreatedAt, m.UpdatedAt = types.StringPointerValue(pin.CreatedAt), types.StringPointerValue(pin.UpdatedAt)
}

// overwrites warns about a pin that the planned one replaces.
func (m *pinnedVersionModel) overwrites(pin stackone.PinnedVersion) diag.Diagnostics {
	have := newReturnedPin(pin)
	sameOwner := !isSet(m.Owner) || m.Owner.ValueString() == have.Owner

	if pin.Version == "" || m.PinnedVersion.ValueString() == pin.Version && sameOwner {
		return nil
	}

	planned := "a version that is known after apply"
	if isSet(m.PinnedVersion) {
		planned = returnedPin{m.PinnedVersion.ValueString(), m.Owner.ValueString()}.String()
	}

	return diag.Diagnostics{diag.NewWarningDiagnostic("The connector profile is already pinned", fmt.Sprintf(
		"StackOne has pinned the connector profile %q to %s. Applying this plan pins it to %s. To manage the existing pin, import it.",
		m.ConnectorProfileID.ValueString(), have, planned))}
}

// privateReturned is the key of the last response in the private state.
const privateReturned = "returned"

type privateState interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// remember stores a response for refresh.
func remember(ctx context.Context, private privateState, pin stackone.PinnedVersion) diag.Diagnostics {
	raw, _ := json.Marshal(newReturnedPin(pin))

	return private.SetKey(ctx, privateReturned, raw)
}

type returnedPin struct {
	PinnedVersion string `json:"pinned_version"`
	Owner         string `json:"owner"`
}

func newReturnedPin(pin stackone.PinnedVersion) returnedPin {
	return returnedPin{pin.Version, types.StringPointerValue(pin.Owner).ValueString()}
}

func (p returnedPin) String() string {
	if p.Owner == "" {
		return fmt.Sprintf("version %q", p.PinnedVersion)
	}

	return fmt.Sprintf("version %q of the owner %q", p.PinnedVersion, p.Owner)
}
