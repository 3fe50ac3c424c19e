package scaleway

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/wholefile"
)

// maxConfiguration is more than any configuration file has, in bytes.
const maxConfiguration = 1 << 20

// defaultProfile is the name of the profile at the root of the configuration file. Facts: docs/facts.md, "Defaults of
// the SDK".
const defaultProfile = "default"

// configuration has the fields of the SDK's configuration file that are read. Others are ignored.
type configuration struct {
	profile
	Profiles map[string]profile `json:"profiles"`
}

type profile struct {
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
	APIURL    string `json:"api_url"`
}

// profile reads the key of a profile. As in the SDK, a profile without an api_url takes the one at the root. It does
// not take keys from there, so that a profile without keys does not use another account's.
func (e Environment) profile(name string) (key, error) {
	path, text, err := e.readConfiguration()
	if err != nil {
		return key{}, err
	}
	config, err := parseConfiguration(text)
	if err != nil {
		return key{}, fmt.Errorf("configuration file %s %w", path, err)
	}
	found, known := config.Profiles[name]
	if name == defaultProfile {
		found, known = config.profile, true
	}
	if !known {
		return key{}, fmt.Errorf("profile %q must be one of those of %s: %s", name, path, quoted(config.names()))
	}
	if found.APIURL == "" {
		found.APIURL = config.APIURL
	}
	origin := fmt.Sprintf("profile %q of %s", name, path)
	if err := checkKey("access_key", found.AccessKey, "secret_key", found.SecretKey); err != nil {
		return key{}, fmt.Errorf("%s: %w", origin, err)
	}
	return key{found.AccessKey, found.SecretKey, found.APIURL, origin}, nil
}

func (c configuration) names() []string {
	return append([]string{defaultProfile}, slices.Sorted(maps.Keys(c.Profiles))...)
}

func quoted(names []string) string {
	var all []string
	for _, name := range names {
		all = append(all, fmt.Sprintf("%q", name))
	}
	return strings.Join(all, ", ")
}

var lineOfYAML = form.New(`\bline (\d+)`)

// parseConfiguration drops the errors of parsers, which may quote the file.
func parseConfiguration(text []byte) (configuration, error) {
	var config configuration
	converted, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		where := ""
		if line := lineOfYAML().FindStringSubmatch(err.Error()); line != nil {
			where = " (line " + line[1] + ")"
		}
		return config, errors.New("must be YAML without duplicate keys" + where)
	}
	if err := json.UnmarshalCaseSensitivePreserveInts(converted, &config); err != nil {
		return config, errors.New("must be a map in which access_key, secret_key and api_url are strings and " +
			"profiles is a map of such maps")
	}
	return config, nil
}

// readConfiguration reads the file that SCW_CONFIG_PATH names, or the first existing one of the SDK's default paths.
func (e Environment) readConfiguration() (path string, text []byte, err error) {
	paths, err := e.configurationPaths()
	if err != nil {
		return "", nil, err
	}
	for _, path = range paths {
		text, err = readBounded(path)
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, fmt.Errorf("there is no configuration file %s: write it with \"scw init\", "+
			"or set SCW_CONFIG_PATH to one", paths[0])
	}
	if err != nil {
		return "", nil, fmt.Errorf("read configuration file %s: %w", path, wholefile.Cause(err))
	}
	return path, text, nil
}

func (e Environment) configurationPaths() ([]string, error) {
	if path := e.lookup("SCW_CONFIG_PATH"); path != "" {
		return []string{path}, nil
	}
	folder := e.lookup("XDG_CONFIG_HOME")
	if folder == "" {
		home := e.lookup("HOME")
		if home == "" {
			home = e.lookup("USERPROFILE")
		}
		if home == "" {
			return nil, errors.New("the configuration file cannot be found without HOME: set SCW_CONFIG_PATH")
		}
		folder = filepath.Join(home, ".config")
	}
	base := filepath.Join(folder, "scw", "config")
	return []string{base + ".yaml", base + ".yml"}, nil
}

// lookup treats an empty variable as not set, as the SDK does for these.
func (e Environment) lookup(name string) string {
	value, _ := e.Lookup(name)
	return value
}

func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(file, maxConfiguration+1))
	if err == nil && len(text) > maxConfiguration {
		err = fmt.Errorf("must have at most %d bytes", maxConfiguration)
	}
	return text, err
}
