package sops_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/sops"
)

const value = "ENC[AES256_GCM,data:aa,iv:bb,tag:cc,type:str]"

func TestEncryptedValues(t *testing.T) {
	for text, want := range map[string]bool{
		value: true, value + "\n": true, "ENC[x]": false, "": false, "see " + value: false, "ENC[AES256_GCM,data": false,
	} {
		assert.Equal(t, want, sops.IsValue(text), text)
	}
}

func TestEncryptedFiles(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"YAML":           {"password: " + value + "\nsops:\n  mac: " + value + "\n", true},
		"JSON":           {`{"password": "` + value + `", "sops": {"mac": "` + value + `"}}`, true},
		"JSON by others": {`{"password":"` + value + `","sops":{"mac":"` + value + `"}}`, true},
		"INI":            {"[db]\npassword = " + value + "\n[sops]\nmac = " + value + "\n", true},
		"variables":      {"PASSWORD=" + value + "\nsops_mac=" + value + "\n", true},
		"git-crypt":      {"\x00GITCRYPT\x00\x01\x02", true},
		"plain YAML":     {"password: x\nmac: 00:11\n", false},
		"plain with one": {"password: " + value + "\n", false},
		"plain bytes":    {"GITCRYPT", false},
		"nothing":        {"", false},
	} {
		assert.Equal(t, test.want, sops.IsFile(test.text), name)
	}
}

func TestTheVariablesOfSOPSAreRemoved(t *testing.T) {
	left := func(variables map[string]string) []string {
		sops.RemoveVariables(variables)
		return slices.Sorted(maps.Keys(variables))
	}
	assert.Equal(t, []string{"PASSWORD"}, left(map[string]string{"PASSWORD": value, "sops_mac": value, "sops_version": "3"}))
	assert.Equal(t, []string{"sops_version"}, left(map[string]string{"sops_version": "3"}))
}
