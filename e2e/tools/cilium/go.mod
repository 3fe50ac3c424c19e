// Module cilium pins Cilium, for the custom resource that is generated for it.
module cloison.dev/cloison/e2e/tools/cilium

go 1.26.0

require github.com/cilium/cilium v1.18.2
