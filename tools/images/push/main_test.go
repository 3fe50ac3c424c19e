package main

import (
	"archive/tar"
	"bytes"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const version = "v1.2.3"

// repository is one of a registry of this process.
func repository(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://") + "/team"
}

// released is the folder of a release with images in a repository, and their references.
func released(t *testing.T, repository string) (folder string, references []string) {
	t.Helper()
	folder = t.TempDir()
	for _, program := range []string{"cloison", "cloison-sync"} {
		index, err := random.Index(100, 1, 2)
		require.NoError(t, err)
		digest, err := index.Digest()
		require.NoError(t, err)
		at := filepath.Join(t.TempDir(), "layout")
		to, err := layout.Write(at, empty.Index)
		require.NoError(t, err)
		require.NoError(t, to.AppendIndex(index))
		var packed bytes.Buffer
		archive := tar.NewWriter(&packed)
		require.NoError(t, archive.AddFS(os.DirFS(at)))
		require.NoError(t, archive.Close())
		file := filepath.Join(folder, program+"_"+version+"_oci.tar")
		require.NoError(t, os.WriteFile(file, packed.Bytes(), 0o600))
		references = append(references, strings.TrimPrefix(repository+"/", "/")+program+"@"+digest.String())
	}
	writeList(t, folder, references...)
	return folder, references
}

func writeList(t *testing.T, folder string, references ...string) {
	t.Helper()
	text := strings.Join(references, "\n") + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "cloison_"+version+"_images.txt"), []byte(text), 0o600))
}

// tagged is the reference of what a tag is; empty where there is none.
func tagged(t *testing.T, repository, program string) string {
	t.Helper()
	tag, err := name.NewTag(repository + "/" + program + ":" + version)
	require.NoError(t, err)
	found, err := remote.Head(tag)
	if err != nil {
		require.ErrorContains(t, err, "404")
		return ""
	}
	return repository + "/" + program + "@" + found.Digest.String()
}

func TestImagesArePushedAsTheyWereReleased(t *testing.T) {
	repository := repository(t)
	folder, references := released(t, repository)
	for range 2 { // to push again what is there changes nothing
		var said bytes.Buffer
		require.NoError(t, push(folder, &said))
		assert.Equal(t, strings.Join(references, "\n")+"\n", said.String())
		there := []string{tagged(t, repository, "cloison"), tagged(t, repository, "cloison-sync")}
		assert.Equal(t, references, there)
	}
}

// TestAReleaseIsNeverReplaced: nothing is pushed either, since the images of a release belong together.
func TestAReleaseIsNeverReplaced(t *testing.T) {
	repository := repository(t)
	folder, references := released(t, repository)
	sync, err := random.Index(100, 1, 1)
	require.NoError(t, err)
	tag, err := name.NewTag(repository + "/cloison-sync:" + version)
	require.NoError(t, err)
	require.NoError(t, remote.WriteIndex(tag, sync))
	before := tagged(t, repository, "cloison-sync")
	err = push(folder, io.Discard)
	require.ErrorContains(t, err, references[1]+": "+tag.String()+" is there already, as "+before[len(before)-71:])
	assert.Empty(t, tagged(t, repository, "cloison"))
	assert.Equal(t, before, tagged(t, repository, "cloison-sync"))
}

func TestWhatIsNoReleaseIsRefused(t *testing.T) {
	repository := repository(t)
	require.ErrorContains(t, push(t.TempDir(), io.Discard), "must have one list cloison_VERSION_images.txt, and has 0")

	nowhere, _ := released(t, "")
	require.ErrorContains(t, push(nowhere, io.Discard), "is in no repository: set PROJECT_IMAGES in project.env")

	other, references := released(t, repository)
	writeList(t, other, references[0], repository+"/cloison-sync@sha256:"+strings.Repeat("0", 64))
	require.ErrorContains(t, push(other, io.Discard), "the layout does not hold it")

	require.NoError(t, os.Remove(filepath.Join(other, "cloison_"+version+"_oci.tar")))
	require.ErrorIs(t, push(other, io.Discard), os.ErrNotExist)
	assert.Empty(t, tagged(t, repository, "cloison")+tagged(t, repository, "cloison-sync"))
}
