package hosts

import (
	"slices"
	"strings"
)

// Annotations of a Segregation.
const (
	runsCloison  = `config.kubernetes.io/function: "exec: {path: cloison}"`
	localConfig  = `config.kubernetes.io/local-config: "true"`
	validateMode = `cloison.dev/mode: validate`
)

// shop is a Segregation of two components. It asks for shopObjects.
func shop(annotations ...string) string {
	return segregation(annotations, `
    frontend:
      secrets: {keys: [API_ENDPOINT]}
      egress: [{to: {component: backend}, ports: [4000]}]
    backend:
      secrets: {keys: [DATABASE_URL]}
      quota: {pods: "20"}
`)
}

// frontendOnly is shop without its backend.
func frontendOnly(annotations ...string) string {
	return segregation(annotations, `
    frontend:
      secrets: {keys: [API_ENDPOINT]}
`)
}

// threeMistakes is a Segregation with the mistakes that mistakes lists.
func threeMistakes(annotations ...string) string {
	return segregation(annotations, `
    frontend:
      secrets: {keyz: [API_ENDPOINT]}
      egress: [{to: {component: database}, ports: [4000]}]
      quota: {pods: many}
`)
}

// mistakes stand in the findings on threeMistakes, in the form of every host: what
// has quotes would be escaped by some.
var mistakes = []string{
	"CLS-S003", "spec.components.frontend.secrets.keyz: ",
	"CLS-S007", "spec.components.frontend.quota.pods: ",
	"CLS-S012", "spec.components.frontend.egress[0].to.component: ",
}

func segregation(annotations []string, components string) string {
	return `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata:
  name: shop
  annotations: {` + strings.Join(annotations, ", ") + `}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  validation: {paths: "Off"}
  components:` + components
}

// function is a ConfigMap that makes kustomize run Cloison; data is the YAML of its
// data.
func function(data string) string {
	return `apiVersion: v1
kind: ConfigMap
metadata:
  name: cloison
  annotations: {` + runsCloison + `}
data: ` + data + "\n"
}

// web is an object that a user wrote, in the format that kpt and kustomize write.
const web = `# Written by hand.
apiVersion: v1
kind: ConfigMap
metadata:
  name: web # not generated
  namespace: shop-frontend
data:
  theme: "on"
`

const webObject = "ConfigMap shop-frontend/web"

// clashing is an object that a user wrote and shop asks for as well.
const clashing = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: default
  namespace: shop-backend
`

// frontendObjects are what frontendOnly asks for.
var frontendObjects = []string{
	"Namespace shop-frontend",
	"ServiceAccount shop-frontend/default",
	"NetworkPolicy shop-frontend/allow-dns",
	"NetworkPolicy shop-frontend/allow-same-namespace",
	"NetworkPolicy shop-frontend/default-deny",
	"SecretStore shop-frontend/frontend-secretstore",
	"ExternalSecret shop-frontend/frontend-externalsecret",
}

var shopObjects = slices.Concat(frontendObjects, []string{
	"NetworkPolicy shop-frontend/allow-to-backend",
	"Namespace shop-backend",
	"ServiceAccount shop-backend/default",
	"NetworkPolicy shop-backend/allow-dns",
	"NetworkPolicy shop-backend/allow-from-frontend",
	"NetworkPolicy shop-backend/allow-same-namespace",
	"NetworkPolicy shop-backend/default-deny",
	"ResourceQuota shop-backend/shop-backend-quota",
	"SecretStore shop-backend/backend-secretstore",
	"ExternalSecret shop-backend/backend-externalsecret",
})

// plus returns a new list of the objects and more.
func plus(objects []string, more ...string) []string {
	return slices.Concat(objects, more)
}
