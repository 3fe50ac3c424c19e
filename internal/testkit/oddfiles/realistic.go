package oddfiles

import "strings"

// withoutAlias is a value that needs no anchor elsewhere.
func withoutAlias(value func() string) string {
	for {
		if text := value(); !strings.HasPrefix(text, "*") {
			return text
		}
	}
}

// realistic is a manifest as people write them, in block style, with values of some kind.
func (w Writer) realistic(value func() string) string {
	return w.pick(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop-api
  labels: &labels
    app: api
    version: "1.0"
  annotations:
    checksum: `+withoutAlias(value)+`
    description: >-
      Serves the
      shop.
spec:
  replicas: `+withoutAlias(value)+`
  selector:
    matchLabels: *labels
  template:
    metadata:
      labels:
        <<: *labels
    spec:
      containers:
      - name: api
        image: "registry/api:`+w.pick("1", "v1", "${TAG}", "{{ tag }}")+`"
        env:
        - {name: A, value: `+withoutAlias(value)+`}
        - name: B
          valueFrom:
            secretKeyRef: {name: api-secrets, key: b}
        ports: [{containerPort: 80}]
`, `apiVersion: v1
kind: ConfigMap
metadata:
    name: config
data:
    file: |
        # a comment
        key: value
        ---
        `+withoutAlias(value)+`
    empty:
    other: 'it''s'
    multi: "a
        b"
binaryData:
    a: !!binary |
        YWJj
`, `# A list.
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: a}
  stringData:
    PASSWORD: `+withoutAlias(value)+`
-   apiVersion: v1
    kind: Service
    metadata:
        name: b
    spec:
        ports:
        - port: 80
          targetPort: `+withoutAlias(value)+`

# the last one
- kind: Role
  apiVersion: rbac.authorization.k8s.io/v1
  rules:
    - apiGroups: [""]
      resources: ["secrets"]
      verbs: ["*"]
`)
}
