module cloison.dev/cloison/e2e/tools/eso/source

go 1.26.0

require github.com/external-secrets/external-secrets v0.20.4
