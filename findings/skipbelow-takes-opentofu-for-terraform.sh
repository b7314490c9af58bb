#!/usr/bin/env bash
# tfversion.SkipBelow of terraform-plugin-testing 1.16.0 compares OpenTofu's version
# with a version of Terraform. With OpenTofu 1.12.6, a test for what Terraform has had
# since 1.13 is skipped, and one for what it has had since 1.12 runs, whatever OpenTofu
# has.
. "$(dirname "$0")/lib.sh"
tofu=$(core tofu 1.12.6)

mkdir skip && cd skip
cat >skip_test.go <<'GO'
package skip

import (
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

func run(t *testing.T, since string) {
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion(since)))},
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){"echo": echoprovider.NewProviderServer()},
		Steps: []resource.TestStep{{
			Config: `output "x" { value = 1 }`,
			Check:  func(*terraform.State) error { t.Log("ran"); return nil },
		}},
	})
}

func TestSince112(t *testing.T) { run(t, "1.12.0") }
func TestSince113(t *testing.T) { run(t, "1.13.0") }
GO
go mod init skip >/dev/null 2>&1
go get github.com/hashicorp/terraform-plugin-testing@v1.16.0 >/dev/null 2>&1
out=$(TF_ACC_TERRAFORM_PATH=$tofu TF_ACC_PROVIDER_HOST=registry.opentofu.org go test -v ./... 2>&1 || true)
grep -- '---\|Terraform CLI version' <<<"$out" || echo "$out"
expect "$out" "--- PASS: TestSince112"
expect "$out" "--- SKIP: TestSince113"
expect "$out" "Terraform CLI version 1.12.6 is below minimum version 1.13.0"
