package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"cloison.dev/cloison/e2e/cluster"
	"cloison.dev/cloison/fn"
)

// segregation is what the function generates from: one component "c" with secret groups.
type segregation struct {
	name     string
	engine   string
	apiURL   string
	poll     string // of the engine Cloison; empty means the default
	refresh  string // empty means the default
	groups   map[string]group
	replaced map[string]string // URLs of the API of single groups' stores
}

// group is a secret group as a Segregation has it.
type group map[string]any

// keysOf is a group of n keys, each a secret of its own.
func keysOf(n int) group {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = keyName(i)
	}
	return group{"keys": keys}
}

// propertiesOf is a group of n keys, all of them properties of one secret.
func propertiesOf(n int) group {
	keys := map[string]any{}
	for i := range n {
		keys[keyName(i)] = map[string]any{"secret": "all", "property": secretName(i)}
	}
	return group{"map": keys}
}

func keyName(i int) string    { return fmt.Sprintf("KEY_%03d", i) }
func secretName(i int) string { return fmt.Sprintf("key-%03d", i) }

func (s segregation) namespace() string              { return s.name + "-c" }
func (s segregation) folder(group string) string     { return "/" + s.namespace() + "-" + group }
func (s segregation) target(group string) string     { return "c-" + group + "-secrets" }
func (s segregation) external(group string) string   { return "c-" + group + "-externalsecret" }
func (s segregation) store(group string) string      { return "c-" + group + "-secretstore" }
func (s segregation) credential(group string) string { return "scw-c-" + group + "-credentials" }

// expand runs the function.
func (s segregation) expand() ([]*unstructured.Unstructured, error) {
	sync := map[string]any{"engine": s.engine}
	if s.engine == engineCloison {
		sync["image"] = "registry.example.com/cloison-sync:v1"
		if s.poll != "" {
			sync["pollInterval"] = s.poll
		}
	}
	if s.refresh != "" {
		sync["refreshInterval"] = s.refresh
	}
	list, err := json.Marshal(map[string]any{
		"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList",
		"functionConfig": map[string]any{
			"apiVersion": "cloison.dev/v1alpha1", "kind": "Segregation", "metadata": map[string]any{"name": s.name},
			"spec": map[string]any{
				"scaleway":   map[string]any{"region": "fr-par", "projectID": project, "apiURL": s.apiURL},
				"sync":       sync,
				"components": map[string]any{"c": map[string]any{"secretGroups": s.groups}},
			},
		},
	})
	if err != nil {
		return nil, err
	}
	outcome := fn.Run(list)
	if outcome.Failed() {
		return nil, fmt.Errorf("expand the Segregation %q: %v", s.name, outcome.Findings)
	}
	lists, err := cluster.Decode(outcome.Output)
	if err != nil {
		return nil, err
	}
	objects, err := cluster.Deployable(lists)
	if err != nil {
		return nil, err
	}
	for _, object := range objects {
		for group, url := range s.replaced {
			if object.GetKind() == "SecretStore" && object.GetName() == s.store(group) {
				if err := unstructured.SetNestedField(object.Object, url, "spec", "provider", "scaleway", "apiUrl"); err != nil {
					return nil, err
				}
			}
		}
	}
	return objects, nil
}

const (
	engineCloison = "Cloison"
	engineESO     = "ExternalSecrets"
)

// runtimeArgs are the arguments and the environment of the generated Deployment's container.
func runtimeArgs(objects []*unstructured.Unstructured) (args, env []string, err error) {
	for _, object := range objects {
		if object.GetKind() != "Deployment" {
			continue
		}
		containers, _, err := unstructured.NestedSlice(object.Object, "spec", "template", "spec", "containers")
		if err != nil || len(containers) != 1 {
			return nil, nil, fmt.Errorf("the Deployment must have one container, has %d: %w", len(containers), err)
		}
		container, _ := containers[0].(map[string]any)
		args, _, err = unstructured.NestedStringSlice(container, "args")
		if err != nil {
			return nil, nil, err
		}
		variables, _, err := unstructured.NestedSlice(container, "env")
		if err != nil {
			return nil, nil, err
		}
		for _, variable := range variables {
			of, _ := variable.(map[string]any)
			env = append(env, fmt.Sprintf("%v=%v", of["name"], of["value"]))
		}
		return args, env, nil
	}
	return nil, nil, errors.New("there is no Deployment among the generated objects")
}
