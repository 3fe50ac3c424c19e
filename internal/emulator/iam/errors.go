package iam

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The errors of Authenticate.
var (
	ErrUnknownKey = errors.New("API key does not exist")
	ErrExpiredKey = errors.New("API key is expired")
)

// NotFoundError is the error for an id that does not exist. Resource is the kind as
// the API names it.
type NotFoundError struct{ Resource, ID string }

func (e *NotFoundError) Error() string { return fmt.Sprintf("%s %q is not found", e.Resource, e.ID) }

// Problem is one wrong argument. Reason is required, format or constraint.
type Problem struct{ Argument, Reason, Help string }

// ArgumentError holds everything that is wrong with a call's arguments. No
// problem quotes a secret key.
type ArgumentError struct{ Problems []Problem }

func (e *ArgumentError) Error() string {
	var lines []string
	for _, p := range e.Problems {
		switch p.Reason {
		case "required":
			lines = append(lines, p.Argument+" is required")
		default:
			lines = append(lines, p.Argument+": "+p.Help)
		}
	}
	return strings.Join(lines, "\n")
}

// problems collects what is wrong.
type problems []Problem

func (p *problems) add(argument, reason, help string) {
	*p = append(*p, Problem{argument, reason, help})
}

// name refuses an empty name.
func (p *problems) name(of string) {
	if of == "" {
		p.add("name", "required", "")
	}
}

// Limits of applications, groups and policies, texts in characters. Those of projects are unknown. Facts:
// docs/facts.md, "Model of IAM".
const (
	maxName        = 64
	maxDescription = 200
	maxTags        = 10
)

// meta refuses what is too long. How the refusal is worded is inferred.
func (p *problems) meta(of Meta) {
	p.name(of.Name)
	if utf8.RuneCountInString(of.Name) > maxName {
		p.add("name", "constraint", fmt.Sprintf("must have at most %d characters", maxName))
	}
	p.description(of.Description)
	if len(of.Tags) > maxTags {
		p.add("tags", "constraint", fmt.Sprintf("must be at most %d", maxTags))
	}
}

func (p *problems) description(text string) {
	if utf8.RuneCountInString(text) > maxDescription {
		p.add("description", "constraint", fmt.Sprintf("must have at most %d characters", maxDescription))
	}
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return &ArgumentError{p}
}
