// Package state keeps everything that an emulator holds in a file, so that a later emulator goes on with the same ids,
// versions, values and keys.
package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
)

// version is the form of the file that this code reads and writes.
const version = 1

// State is everything that an emulator holds. It has values and secret keys in clear text.
type State struct {
	Version int `json:"version"`
	secret.Snapshot
	IAM iam.Snapshot `json:"iam"`
	// Keys are the keys of seeds, by name.
	Keys map[string]iam.Credentials `json:"named"`
}

// encode returns the content of a file.
func (s State) encode() ([]byte, error) {
	s.Version = version
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode the emulator's state: %w", err)
	}
	return append(data, '\n'), nil
}

// decode reads the content of a file and refuses what encode cannot have written. Errors never quote the file: it holds
// values.
func decode(data []byte) (State, error) {
	var saved State
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&saved) != nil {
		return saved, errors.New("it must be JSON as OpenState writes it")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return saved, errors.New("it must end after one JSON object")
	}
	if saved.Version != version {
		return saved, fmt.Errorf("version is %d and must be %d", saved.Version, version)
	}
	if saved.IAM.OrganizationID == "" || saved.Keys == nil || saved.Secrets == nil {
		return saved, errors.New("it must have iam, named and secrets")
	}
	return saved, saved.Check()
}
