// Module monitoring pins the Prometheus operator, for the custom resources that are generated for it.
module cloison.dev/cloison/e2e/tools/monitoring

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.92.1
