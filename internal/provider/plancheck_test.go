package provider_test

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// expectReplacePaths checks which attributes force the replacement of a resource.
type expectReplacePaths struct {
	address string
	// paths is the list of paths as fmt prints it.
	paths string
}

// CheckPlan implements plancheck.PlanCheck.
func (e expectReplacePaths) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != e.address {
			continue
		}

		if got := fmt.Sprint(change.Change.ReplacePaths); got != e.paths {
			resp.Error = fmt.Errorf("%s is replaced because of %s, want %s", e.address, got, e.paths)
		}

		return
	}

	resp.Error = fmt.Errorf("%s is not in the plan", e.address)
}
