package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// references reads where to push to. A registry and a tag must be named: those that tools fill in are no place to
// deploy from.
func references(texts []string) ([]name.Tag, error) {
	var tags []name.Tag
	var problems []error
	for _, text := range texts {
		tag, err := name.NewTag(strings.TrimPrefix(text, "oci://"), name.StrictValidation)
		if err != nil {
			problems = append(problems, fmt.Errorf("%q must be REGISTRY/REPOSITORY:TAG, such as "+
				"registry.example.com/team/shop:production: %w", text, err))
		}
		tags = append(tags, tag)
	}
	return tags, errors.Join(problems...)
}

// upload pushes an image with the credentials of docker login, and returns its digest. A registry on this machine is
// spoken to without TLS.
func upload(ctx context.Context, image v1.Image, to name.Tag) (v1.Hash, error) {
	err := remote.Write(to, image, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain),
		remote.WithUserAgent("cloison-push"))
	if err != nil {
		return v1.Hash{}, fmt.Errorf("push to %s: %w", to.Name(), err)
	}
	return image.Digest()
}
