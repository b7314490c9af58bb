package plugin

import (
	"errors"
	"maps"
	"testing"
)

func TestLimitLogging(t *testing.T) {
	t.Parallel()

	type env = map[string]string

	levels := func(sdk, proto, framework, stackone string) env {
		all := env{"TF_LOG_SDK": sdk, "TF_LOG_SDK_PROTO": proto, "TF_LOG_SDK_FRAMEWORK": framework, "TF_LOG_PROVIDER_STACKONE": stackone}
		maps.DeleteFunc(all, func(_, level string) bool { return level == "" })

		return all
	}
	all := func(level string) env { return levels(level, level, level, level) }

	for name, test := range map[string]struct{ env, want env }{
		"nothing is set":                             {env{}, all("off")},
		"empty is not set":                           {env{"TF_LOG": "", "TF_LOG_PROVIDER": "", "TF_LOG_SDK": ""}, all("off")},
		"TF_LOG names a level":                       {env{"TF_LOG": "DEBUG"}, all("debug")},
		"any case":                                   {env{"TF_LOG": "wArN"}, all("warn")},
		"TF_LOG is off":                              {env{"TF_LOG": "OFF"}, all("off")},
		"JSON is TRACE in another format":            {env{"TF_LOG": "JSON"}, all("trace")},
		"an unknown level is TRACE":                  {env{"TF_LOG": "1"}, all("trace")},
		"TF_LOG_PROVIDER before TF_LOG":              {env{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "ERROR"}, all("error")},
		"TF_LOG_PROVIDER switches off":               {env{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "off"}, all("off")},
		"TF_LOG_CORE is not about us":                {env{"TF_LOG_CORE": "TRACE"}, all("off")},
		"a file that receives everything":            {env{"TF_TEMP_LOG_PATH": "crash.log", "TF_LOG": "ERROR"}, all("trace")},
		"TF_LOG_SDK stays, its parts follow":         {env{"TF_LOG_SDK": "INFO"}, levels("", "INFO", "INFO", "off")},
		"TF_LOG_SDK stays, whatever Terraform shows": {env{"TF_LOG_SDK": "off", "TF_LOG": "TRACE"}, levels("", "off", "off", "trace")},
		"the framework stays":                        {env{"TF_LOG_SDK_FRAMEWORK": "WARN", "TF_LOG": "DEBUG"}, levels("debug", "debug", "", "debug")},
		"the provider's own level stays":             {env{"TF_LOG_PROVIDER_STACKONE": "DEBUG", "TF_LOG": "TRACE"}, levels("trace", "trace", "trace", "")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			set := env{}
			refused := errors.New("refused")

			err := LimitLogging(func(name string) string { return test.env[name] }, func(name, value string) error {
				set[name] = value
				return refused
			})
			if !maps.Equal(set, test.want) || !errors.Is(err, refused) {
				t.Errorf("LimitLogging() set %v, %v, want %v", set, err, test.want)
			}
		})
	}
}
