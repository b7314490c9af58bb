package plugin

import (
	"errors"
	"maps"
	"testing"
)

func all(level string) map[string]string {
	return map[string]string{
		"TF_LOG_SDK": level, "TF_LOG_SDK_PROTO": level, "TF_LOG_SDK_FRAMEWORK": level,
		"TF_LOG_PROVIDER_STACKONE": level,
	}
}

func TestLogLevels(t *testing.T) {
	t.Parallel()

	type env = map[string]string

	for name, test := range map[string]struct{ env, want env }{
		"nothing is set":                  {env{}, all("off")},
		"empty is not set":                {env{"TF_LOG": "", "TF_LOG_PROVIDER": "", "TF_LOG_SDK": ""}, all("off")},
		"TF_LOG names a level":            {env{"TF_LOG": "DEBUG"}, all("debug")},
		"any case":                        {env{"TF_LOG": "wArN"}, all("warn")},
		"TF_LOG is off":                   {env{"TF_LOG": "OFF"}, all("off")},
		"JSON is TRACE in another format": {env{"TF_LOG": "JSON"}, all("trace")},
		"an unknown level is TRACE":       {env{"TF_LOG": "1"}, all("trace")},
		"TF_LOG_PROVIDER before TF_LOG":   {env{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "ERROR"}, all("error")},
		"TF_LOG_PROVIDER switches off":    {env{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "off"}, all("off")},
		"TF_LOG_CORE is not about us":     {env{"TF_LOG_CORE": "TRACE"}, all("off")},
		"a file that receives everything": {env{"TF_TEMP_LOG_PATH": "crash.log", "TF_LOG": "ERROR"}, all("trace")},
		"TF_LOG_SDK stays, its parts follow": {
			env{"TF_LOG_SDK": "INFO"},
			env{"TF_LOG_SDK_PROTO": "INFO", "TF_LOG_SDK_FRAMEWORK": "INFO", "TF_LOG_PROVIDER_STACKONE": "off"},
		},
		"TF_LOG_SDK stays, whatever Terraform shows": {
			env{"TF_LOG_SDK": "off", "TF_LOG": "TRACE"},
			env{"TF_LOG_SDK_PROTO": "off", "TF_LOG_SDK_FRAMEWORK": "off", "TF_LOG_PROVIDER_STACKONE": "trace"},
		},
		"the framework stays": {
			env{"TF_LOG_SDK_FRAMEWORK": "WARN", "TF_LOG": "DEBUG"},
			env{"TF_LOG_SDK": "debug", "TF_LOG_SDK_PROTO": "debug", "TF_LOG_PROVIDER_STACKONE": "debug"},
		},
		"the provider's own level stays": {
			env{"TF_LOG_PROVIDER_STACKONE": "DEBUG", "TF_LOG": "TRACE"},
			env{"TF_LOG_SDK": "trace", "TF_LOG_SDK_PROTO": "trace", "TF_LOG_SDK_FRAMEWORK": "trace"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := logLevels(func(name string) string { return test.env[name] }); !maps.Equal(got, test.want) {
				t.Errorf("logLevels() = %v, want %v", got, test.want)
			}
		})
	}
}

func TestLimitLogging(t *testing.T) {
	t.Parallel()

	set := map[string]string{}

	setenv := func(name, value string) error {
		set[name] = value
		return nil
	}
	if err := LimitLogging(func(string) string { return "" }, setenv); err != nil {
		t.Fatal(err)
	}

	if !maps.Equal(set, all("off")) {
		t.Errorf("LimitLogging() set %v, want %v", set, all("off"))
	}

	refused := errors.New("refused")

	err := LimitLogging(func(string) string { return "" }, func(string, string) error { return refused })
	if !errors.Is(err, refused) {
		t.Errorf("LimitLogging() = %v, want %v", err, refused)
	}
}
