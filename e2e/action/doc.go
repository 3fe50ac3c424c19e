// Package action runs what CI systems run: the steps of action.yml as a runner of GitHub Actions does, and the hooks of
// .pre-commit-hooks.yaml.
package action
