package rights_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
)

// attack is that with the rights of one set.
type attack struct {
	result

	lab    *rightsLab
	set    rightsSet
	caller caller
	ctx    context.Context
}

// run tries what each right allows, then every attack, then asks what the service account may do now.
func (a *attack) run() error {
	for _, r := range a.set.rights {
		if err := a.use(r); err != nil {
			return err
		}
	}
	for _, c := range a.set.everyAttack() {
		if _, err := a.send(c); err != nil {
			return err
		}
	}
	if err := a.useTokenOfReader(); err != nil {
		return err
	}
	if err := a.askForPower(); err != nil {
		return err
	}
	return a.lookForPods()
}

func (a *attack) gain(what string) {
	if !slices.Contains(a.gains, what) {
		a.gains = append(a.gains, what)
	}
}

// send makes a request as the service account, and looks for the value in the answer.
func (a *attack) send(c call) (answer, error) {
	said, err := a.caller.do(a.ctx, c)
	if err == nil && said.hasCanary() {
		a.gain(showsTheValue)
	}
	if err == nil && c.gains != "" && said.ok() {
		a.gain(c.gains)
	}
	return said, err
}

// use tries what a right allows.
func (a *attack) use(r right) error {
	live, err := a.live(r)
	if err != nil {
		return err
	}
	for _, c := range a.set.attempts(r, live) {
		said, err := a.send(c)
		switch {
		case err != nil:
			return err
		case said.ok():
			a.done[r.key()] = true
		case said.code == http.StatusForbidden && bytes.Contains(said.body, []byte(" cannot "+r.verb+" resource ")):
			a.refused = append(a.refused, fmt.Sprintf("%s: %s %s: %s", r, c.method, c.path, said.body))
		}
	}
	return nil
}

// live is the fixture as it is, with the image evil and, where it is a role, with the right to list Secrets.
func (a *attack) live(r right) (map[string]any, error) {
	if r.verb != "update" {
		return nil, nil
	}
	name := a.set.fixtureOf(r.served)
	path := strings.TrimSuffix(collection(r.GroupVersionResource, r.namespaced, a.set.over)+"/"+name+"/"+r.sub, "/")
	said, err := a.lab.admin.do(a.ctx, call{method: http.MethodGet, path: path})
	if err != nil {
		return nil, err
	}
	body := bodyOf(r.served, name, a.set.over, evil)
	if said.ok() {
		if err := json.Unmarshal(bytes.ReplaceAll(said.body, []byte(good), []byte(evil)), &body); err != nil {
			return nil, fmt.Errorf("decode %s: %w", path, err)
		}
	}
	if strings.HasSuffix(r.Resource, "roles") {
		body["rules"] = listsSecrets()
	}
	if r.sub == "approval" {
		approved := map[string]any{"type": "Approved", "status": "True", "reason": "Tried"}
		body["status"] = map[string]any{"conditions": []any{approved}}
	}
	return body, nil
}

// useTokenOfReader reads the Secret with a token of the service account that may.
func (a *attack) useTokenOfReader() error {
	token, err := a.lab.token(a.ctx, a.set.over, reader, a.caller)
	if err != nil || token == "" {
		return err
	}
	said, err := a.lab.anyone.with(token).do(a.ctx, call{
		method: http.MethodGet, path: "/api/v1/namespaces/" + a.set.over + "/secrets",
	})
	if err == nil && said.hasCanary() {
		a.gain(showsTheValue)
	}
	return err
}

// askForPower asks which rights the service account has by now.
func (a *attack) askForPower() error {
	said, err := a.caller.do(a.ctx, call{
		method: http.MethodPost, path: "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
		body: &authorizationv1.SelfSubjectRulesReview{
			Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: a.set.over},
		},
	})
	if err != nil {
		return err
	}
	var review authorizationv1.SelfSubjectRulesReview
	if err := json.Unmarshal(said.body, &review); err != nil || !said.ok() {
		return fmt.Errorf("ask for the rights of %s: %s: %w", a.set.name, said.body, err)
	}
	if power := hasPower(review.Status.ResourceRules); power != "" {
		a.gain("may " + power)
	}
	return nil
}

// lookForPods looks for the image evil in pods of the other component, and in what makes pods.
func (a *attack) lookForPods() error {
	for _, r := range a.set.rights {
		if !slices.Contains(madeOfPods, r.Resource) {
			continue
		}
		said, err := a.lab.admin.do(a.ctx, call{
			method: http.MethodGet, path: collection(r.GroupVersionResource, true, a.set.over),
		})
		if err != nil {
			return err
		}
		if bytes.Contains(said.body, []byte(evil)) {
			a.gain("runs its own image by " + r.Resource)
		}
	}
	return nil
}

var madeOfPods = []string{
	"pods", "replicationcontrollers", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs",
}
