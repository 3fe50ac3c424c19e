package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const (
	// accessBudget is for explain and diff next to a check of the same objects: they read, and look at what is allowed.
	accessBudget = 1.5
)

// access compares what shows what manifests allow with a check of them. Each side of diff has all of the objects.
func (b *bench) access(r *report) error {
	if platformSize > b.largest {
		return nil
	}
	whole, base, head := filepath.Join(b.folder, "whole"), filepath.Join(b.folder, "base"), filepath.Join(b.folder, "head")
	for folder, size := range map[string]int{whole: platformSize, base: platformSize, head: platformSize} {
		if err := writePlatform(folder, size, platformFiles); err != nil {
			return err
		}
	}
	exits := []int{1, 3}
	// A shell checks one after the other, and is no time of its own.
	both := fmt.Sprintf("%[1]s check --fail-on never %[2]s; %[1]s check --fail-on never %[3]s", b.cloison, base, head)
	check := subject{
		program: b.cloison, input: os.DevNull, args: []string{"check", "--fail-on", "never", whole}, exits: exits,
	}
	for _, command := range []struct {
		name, detail string
		args         []string
		check        subject
	}{
		{"explain", "next to check", []string{"explain", whole}, check},
		{"diff", "next to check of both sides", []string{"diff", base, head},
			subject{program: "/bin/sh", input: os.DevNull, args: []string{"-c", both}, exits: exits}},
	} {
		ours := subject{program: b.cloison, input: os.DevNull, args: command.args, exits: exits}
		shown, checked, err := compare(ours, command.check, b.runs)
		if err != nil {
			return err
		}
		r.add(row{name: command.name, detail: command.detail, size: platformSize, ours: shown, noop: checked,
			budget: accessBudget, timeOnly: true})
	}
	return nil
}
