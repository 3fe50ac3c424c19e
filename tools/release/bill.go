package main

import (
	"bytes"
	"errors"
	"os"
	"runtime/debug"
	"time"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/CycloneDX/cyclonedx-gomod/pkg/generate/bin"
	"github.com/google/uuid"
	"github.com/rs/zerolog"
)

const billTool = "github.com/CycloneDX/cyclonedx-gomod"

// bill is the bill of materials of a program, in CycloneDX's JSON: the modules that the linker wrote into it, with
// their licences. Its serial number is derived from the program's bytes, and its time is the commit's.
func (r *release) bill(path string) ([]byte, error) {
	generator, err := bin.NewGenerator(path, bin.WithLogger(zerolog.Nop()), bin.WithIncludeStdlib(true),
		bin.WithVersionOverride(r.version))
	if err != nil {
		return nil, err
	}
	bom, err := generator.Generate()
	if err != nil {
		return nil, err
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	bom.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, program).URN()
	bom.Metadata.Timestamp = r.time.Format(time.RFC3339)
	bom.Metadata.Tools = &cyclonedx.ToolsChoice{Components: &[]cyclonedx.Component{{
		Type: cyclonedx.ComponentTypeApplication, Name: billTool, Version: versionOf(billTool),
	}}}
	if err := r.addLicenses(bom); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = cyclonedx.NewBOMEncoder(&out, cyclonedx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom,
		cyclonedx.SpecVersion1_6)
	return out.Bytes(), err
}

// addLicenses gives each component the licences of its module and of the folders of it that have their own.
func (r *release) addLicenses(bom *cyclonedx.BOM) error {
	known := map[string]cyclonedx.Licenses{}
	for _, one := range r.libraries {
		for _, name := range one.licenses {
			known[one.module] = append(known[one.module], cyclonedx.LicenseChoice{License: &cyclonedx.License{ID: name}})
		}
	}
	var problems []error
	for i := range *bom.Components {
		component := &(*bom.Components)[i]
		licenses, found := known[component.Name]
		if !found {
			problems = append(problems, errors.New(component.Name+" is linked, and no licence of it was found"))
		}
		component.Licenses = &licenses
	}
	return errors.Join(problems...)
}

// versionOf is the version of a module that this program is built with.
func versionOf(path string) string {
	if info, known := debug.ReadBuildInfo(); known {
		for _, dependency := range info.Deps {
			if dependency.Path == path {
				return dependency.Version
			}
		}
	}
	return ""
}
