package admission

import (
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
)

const mutatingPolicy = "MutatingAdmissionPolicy"

// policy has the fields of a ValidatingAdmissionPolicy or MutatingAdmissionPolicy that say what it sees.
type policy struct {
	Spec struct {
		ParamKind struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
		} `json:"paramKind"`
		MatchConstraints constraints `json:"matchConstraints"`
	} `json:"spec"`
}

// constraints select the requests that a policy is for.
type constraints struct {
	matching

	ResourceRules []rule `json:"resourceRules"`
}

// binding is what puts a policy into force.
type binding struct {
	Spec struct {
		PolicyName string `json:"policyName"`
		ParamRef   struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"paramRef"`
		MatchResources constraints `json:"matchResources"`
	} `json:"spec"`
}

// mutations reports policies that change what leads to the secrets of components: what they make of it is written in
// expressions, which are not evaluated.
func (j *judge) mutations() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.All {
		if o.Kind != mutatingPolicy || o.GroupKind().Group != registrationGroup {
			continue
		}
		var p policy
		if err := o.DecodePart(&p); err != nil {
			continue
		}
		for i, r := range p.Spec.MatchConstraints.ResourceRules {
			of, leads := r.leads(true)
			if !leads {
				continue
			}
			other, found := j.other(p.Spec.MatchConstraints.matching, of, nil)
			if !found {
				continue
			}
			f := undecided(fmt.Sprintf("the policy changes %s of %s as they are written, by expressions that are not "+
				"evaluated", of, describe(other)))
			f.Field = fieldpath.Of("spec", "matchConstraints", "resourceRules").Index(i).Child("resources")
			f.Fix = "write what it changes into the manifests"
			result.Add(about(o, f))
			break
		}
	}
	return result
}

// parameters reports bindings by which a policy reads the Secret of one component as it judges, or changes, the objects
// of another: what it says and writes may hold the values.
func (j *judge) parameters() verdict.Result {
	var result verdict.Result
	reading := j.policiesWithSecrets()
	for _, o := range j.set.All {
		mutates := o.Kind == "MutatingAdmissionPolicyBinding"
		if !mutates && o.Kind != "ValidatingAdmissionPolicyBinding" || o.GroupKind().Group != registrationGroup {
			continue
		}
		var b binding
		if err := o.DecodePart(&b); err != nil {
			continue
		}
		result.Decide(verdict.Subject{Object: o})
		owner := j.scope.Of(b.Spec.ParamRef.Namespace)
		if owner == nil || !reading[policyOf(mutates, b.Spec.PolicyName)] {
			continue
		}
		if other := j.otherThan(owner, b.Spec.MatchResources.matching); other != nil {
			secret := objects.Path(b.Spec.ParamRef.Namespace, b.Spec.ParamRef.Name)
			f := undecided(fmt.Sprintf("the policy reads Secret %s of %s where objects of %s are written, and whether "+
				"what it says or writes there holds the values is not evaluated",
				secret, describe(owner), describe(other)))
			f.Field = fieldpath.Of("spec", "paramRef")
			f.Fix = "take the parameters from a ConfigMap, or limit the binding to the component's own namespace"
			result.Add(about(o, f))
		}
	}
	return result
}

// policiesWithSecrets are the policies whose parameters are Secrets, by kind and name.
func (j *judge) policiesWithSecrets() map[string]bool {
	found := map[string]bool{}
	for _, o := range j.set.All {
		mutates := o.Kind == mutatingPolicy
		if !mutates && o.Kind != "ValidatingAdmissionPolicy" || o.GroupKind().Group != registrationGroup {
			continue
		}
		var p policy
		if err := o.DecodePart(&p); err != nil {
			continue
		}
		kind := p.Spec.ParamKind
		found[policyOf(mutates, o.Name)] = kind.APIVersion == "v1" && kind.Kind == "Secret"
	}
	return found
}

func policyOf(mutates bool, name string) string { return fmt.Sprintf("%t/%s", mutates, name) }

// otherThan is the first component, but own, whose namespace is selected; nil where there is none.
func (j *judge) otherThan(own *scope.Component, m matching) *scope.Component {
	namespaces := selector(m.NamespaceSelector)
	for i := range j.scope.Components {
		component := &j.scope.Components[i]
		if component != own && namespaces.Matches(j.labelsOf(component.Namespace)) {
			return component
		}
	}
	return nil
}
