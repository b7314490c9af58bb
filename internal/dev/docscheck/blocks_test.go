package docscheck

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// isCLIConfiguration recognises the configuration of the CLI, an older HCL.
func (b block) isCLIConfiguration() bool { return strings.HasPrefix(b.text, "provider_installation ") }

type configuration struct {
	block
	body *hclsyntax.Body
}

func (c configuration) has(types ...string) bool {
	return slices.ContainsFunc(c.body.Blocks, func(b *hclsyntax.Block) bool { return slices.Contains(types, b.Type) })
}

func (c configuration) encrypts() bool { return strings.Contains(c.text, "\n  encryption {") }

// skipped reports whether "terraform validate" cannot check a block: test files (see
// TestTestingGuide), query files (Terraform 1.14), Terragrunt, backends (root module only),
// or OpenTofu only (see TestBlocks_validateAlone).
func (c configuration) skipped() bool {
	return c.has("run", "mock_provider", "list") || c.body.Attributes["inputs"] != nil || strings.Contains(c.text, "\n  backend ") || c.encrypts()
}

func configurations(t *testing.T) []configuration {
	t.Helper()

	var out []configuration

	for _, p := range pages(t) {
		for _, b := range p.configurations() {
			if b.isCLIConfiguration() {
				continue
			}

			file, diags := hclsyntax.ParseConfig([]byte(b.text), b.where, hcl.InitialPos)
			if body, ok := file.Body.(*hclsyntax.Body); !ok || diags.HasErrors() {
				t.Errorf("%s: %v", b.where, diags)
			} else {
				out = append(out, configuration{b, body})
			}
		}
	}

	return out
}

// All blocks are modules of one configuration, so that Terraform starts once.
func TestBlocks_validate(t *testing.T) {
	t.Parallel()

	tf := newTerraform(t, nil)
	files := map[string]string{}
	where := map[string]string{}

	// "terraform validate" treats this variable of the root module as unknown.
	main := "variable \"any\" {\n  type = any\n}\n"

	for i, c := range configurations(t) {
		if c.skipped() || c.has("import") {
			continue
		}

		name := fmt.Sprintf("block%03d", i)
		where[name] = c.where
		main += fmt.Sprintf("module %q {\n  source = %q\n", name, "./"+name)

		for _, b := range c.body.Blocks {
			// Validation blocks may look for a file beside the block.
			if b.Type == "variable" && (b.Body.Attributes["default"] == nil || len(b.Body.Blocks) > 0) {
				main += fmt.Sprintf("  %s = var.any\n", b.Labels[0])
			}
		}

		main += "}\n"

		maps.Copy(files, c.module(name+"/"))
	}

	files["main.tf"] = main
	tf.write(files)
	tf.validate(func(file string) string { return where[path.Dir(file)] })

	// It fails if files are not formatted, and lists them.
	unformatted, _ := tf.try("fmt", "-check", "-recursive")
	for file := range strings.Lines(unformatted) {
		if at, ok := where[path.Dir(strings.TrimSpace(file))]; ok {
			t.Errorf("%s: terraform fmt would change the block", at)
		}
	}

	if len(where) < 30 {
		t.Errorf("only %d blocks were validated", len(where))
	}
}

// Modules cannot contain import blocks or encryption, so these are validated one by one.
func TestBlocks_validateAlone(t *testing.T) {
	t.Parallel()

	for _, c := range configurations(t) {
		if !c.encrypts() && (c.skipped() || !c.has("import")) {
			continue
		}

		t.Run(c.where, func(t *testing.T) {
			t.Parallel()

			tf := newTerraform(t, nil)

			if c.encrypts() && !tf.IsOpenTofu() {
				t.Skip("Terraform does not encrypt the state")
			}

			if strings.Contains(c.text, "\n  identity = {") {
				tf.need(12)
			}

			tf.Setenv("TF_VAR_state_passphrase", "sixteen or more characters")
			tf.write(c.module(""))
			tf.validate(func(string) string { return c.where })

			if !c.encrypts() {
				return
			}

			tf.write(map[string]string{"output.tf": "output \"clear\" {\n  value = \"as clear as day\"\n}\n"})
			tf.run("apply", "-auto-approve")

			state, err := os.ReadFile(filepath.Join(tf.dir, "terraform.tfstate"))
			if err != nil || !strings.Contains(string(state), "encrypted_data") || strings.Contains(string(state), "as clear as day") {
				t.Errorf("the state is not encrypted: %v\n%s", err, state)
			}
		})
	}
}

// Terraform complains on standard error but exits with 0. The misspelled block proves that
// the test notices.
func TestBlocks_cliConfiguration(t *testing.T) {
	t.Parallel()

	blocks := []block{{where: "misspelled", text: "provider_installation {\n  dev_override {}\n}\n"}}
	for _, p := range pages(t) {
		blocks = append(blocks, slices.DeleteFunc(p.configurations(), func(b block) bool { return !b.isCLIConfiguration() })...)
	}

	for _, b := range blocks {
		tf := newTerraform(t, nil)
		tf.write(map[string]string{"terraform.tfrc": b.text})
		tf.Setenv("TF_CLI_CONFIG_FILE", filepath.Join(tf.dir, "terraform.tfrc"))

		out, err := tf.Command(t.Context(), tf.dir, "version", "-no-color").CombinedOutput()
		if refused := strings.Contains(string(out), "There are some problems"); err != nil || refused != (b.where == "misspelled") {
			t.Errorf("%s: %v\n%s", b.where, err, out)
		}
	}

	if len(blocks) == 1 {
		t.Error("no page configures the CLI")
	}
}

// module returns the files of a module with the block. A provider without a source means
// this one, or the one that the guide replaces.
func (c configuration) module(folder string) map[string]string {
	files := map[string]string{folder + "main.tf": c.text}

	switch {
	case strings.Contains(c.text, "required_providers"):
	case strings.Contains(c.text, "restapi_"):
		files[folder+"versions.tf"] = required("mastercard/restapi")
	default:
		files[folder+"versions.tf"] = required("stackonehq/stackone")
	}

	return files
}

func (tf terraform) validate(where func(file string) string) {
	tf.t.Helper()

	tf.run("init", "-no-color")

	out, err := tf.try("validate", "-json")

	var result struct {
		Diagnostics []struct {
			Severity, Summary, Detail string
			Range                     struct{ Filename string }
		}
	}

	if jsonErr := json.Unmarshal([]byte(out), &result); jsonErr != nil {
		tf.t.Fatalf("%v, %v\n%s", jsonErr, err, out)
	}

	for _, d := range result.Diagnostics {
		// This warning does not apply to root modules.
		if d.Severity == "error" || d.Summary != "Redundant empty provider block" {
			tf.t.Errorf("%s: %s: %s: %s", where(d.Range.Filename), d.Severity, d.Summary, d.Detail)
		}
	}
}

// Terraform requires this only of root modules, and only in a plan.
func TestBlocks_secretOutputsAreSensitive(t *testing.T) {
	t.Parallel()

	secret := regexp.MustCompile(`\.(token|auth_link_url|external_trigger_token)\b`)
	found := 0

	for _, c := range configurations(t) {
		for _, b := range c.body.Blocks {
			if b.Type != "output" || !secret.Match(b.Body.Attributes["value"].SrcRange.SliceBytes([]byte(c.text))) {
				continue
			}

			found++

			if b.Body.Attributes["sensitive"] == nil && b.Body.Attributes["ephemeral"] == nil {
				t.Errorf("%s: the output %s shows a secret", c.where, b.Labels[0])
			}
		}
	}

	if found < 3 {
		t.Errorf("only %d outputs of secrets were found", found)
	}
}
