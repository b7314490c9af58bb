package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

const smallConfig = `
version: 2
builds:
  - flags: [-trimpath]
    goos: [linux, windows]
    goarch: ["386", arm64]
    ignore:
      - { goos: windows, goarch: arm64 }
release:
  draft: true
`

func TestNarrow(t *testing.T) {
	t.Parallel()

	narrowed, err := narrow([]byte(smallConfig), []target{{"linux", "arm64"}, {"windows", "386"}}, "/tmp/dist")
	if err != nil {
		t.Fatal(err)
	}

	var got map[string]any
	if err := yaml.Unmarshal(narrowed, &got); err != nil {
		t.Fatal(err)
	}

	want := map[string]any{
		"version": 2,
		"dist":    "/tmp/dist",
		"builds":  []any{map[string]any{"flags": []any{"-trimpath"}, "targets": []any{"linux_arm64", "windows_386"}}},
		"release": map[string]any{"draft": true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNarrow_refuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		config  string
		target  target
		problem string
	}{
		"a system that is not built":        {smallConfig, target{"darwin", "arm64"}, "darwin_arm64"},
		"an architecture that is not built": {smallConfig, target{"linux", "amd64"}, "linux_amd64"},
		"a target that is ignored":          {smallConfig, target{"windows", "arm64"}, "windows_arm64"},
		"two builds":                        {"builds: [{}, {}]", target{"linux", "arm64"}, "2 builds"},
		"no YAML":                           {"\t", target{"linux", "arm64"}, "yaml"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := narrow([]byte(test.config), []target{test.target}, "dist")
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("narrow() = %v, want an error with %q", err, test.problem)
			}
		})
	}
}

// The platforms for which Terraform itself is released and Go still builds, as
// far as they are in use.
func TestConfig_targets(t *testing.T) {
	t.Parallel()

	content, err := os.ReadFile(filepath.Join("..", "..", "..", configFile))
	if err != nil {
		t.Fatal(err)
	}

	all := []target{
		{"darwin", "amd64"}, {"darwin", "arm64"},
		{"freebsd", "386"}, {"freebsd", "amd64"}, {"freebsd", "arm"}, {"freebsd", "arm64"},
		{"linux", "386"}, {"linux", "amd64"}, {"linux", "arm"}, {"linux", "arm64"},
		{"windows", "386"}, {"windows", "amd64"}, {"windows", "arm64"},
	}
	if _, err := narrow(content, all, "dist"); err != nil {
		t.Error(err)
	}
}

// What no build shows, since "make release-check" neither signs nor lists nor
// publishes: the registry refuses a release without a signature or a manifest, and
// must not see one before its provenance is attested.
func TestConfig_publishing(t *testing.T) {
	t.Parallel()

	type extra struct {
		Glob string `yaml:"glob"`
		Name string `yaml:"name_template"`
	}

	type config struct {
		Checksum struct {
			Name  string  `yaml:"name_template"`
			Extra []extra `yaml:"extra_files"`
		} `yaml:"checksum"`
		SBOMs []struct {
			Artifacts string   `yaml:"artifacts"`
			Documents []string `yaml:"documents"`
		} `yaml:"sboms"`
		Signs []struct {
			Artifacts string   `yaml:"artifacts"`
			Command   string   `yaml:"cmd"`
			Arguments []string `yaml:"args"`
			Input     string   `yaml:"stdin"`
		} `yaml:"signs"`
		Release struct {
			GitHub   map[string]string `yaml:"github"`
			Draft    bool              `yaml:"draft"`
			Existing bool              `yaml:"use_existing_draft"`
			Pre      string            `yaml:"prerelease"`
			Extra    []extra           `yaml:"extra_files"`
		} `yaml:"release"`
	}

	var got, want config

	if err := yaml.Unmarshal([]byte(read(t, configFile)), &got); err != nil {
		t.Fatal(err)
	}

	// The registry looks for these names: the manifest both among the checksums and
	// among the files of the release.
	manifest := []extra{{manifestFile, "{{ .ProjectName }}_{{ .Version }}_manifest.json"}}

	if err := yaml.Unmarshal([]byte(`
checksum:
  name_template: "{{ .ProjectName }}_{{ .Version }}_SHA256SUMS"
sboms:
  - artifacts: archive
    documents: ["{{ .ArtifactName }}.spdx.json"]
signs:
  - artifacts: checksum
    cmd: gpg
    args:
      - --batch
      - --pinentry-mode=loopback
      - --passphrase-fd=0
      - --local-user={{ .Env.GPG_FINGERPRINT }}
      - --output=${signature}
      - --detach-sign
      - ${artifact}
    stdin: "{{ .Env.GPG_PASSPHRASE }}"
release:
  github: { owner: StackOneHQ, name: terraform-provider-stackone }
  draft: true
  use_existing_draft: true
  prerelease: auto
`), &want); err != nil {
		t.Fatal(err)
	}

	want.Checksum.Extra, want.Release.Extra = manifest, manifest

	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", configFile, diff)
	}

	if workflow := read(t, ".github/workflows/release.yml"); !strings.Contains(workflow, "--draft=false") {
		t.Error("the release workflow does not publish the draft")
	}
}
