package main

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
)

// operatorWorkers is far more than the operator has by default, which is one.
const operatorWorkers = 20

// readLikeTheOperator reads every secret with the calls that External Secrets Operator makes for each key. The keys are
// dealt out evenly among the workers, so that this is faster than the operator can be: it reads the keys of one
// ExternalSecret one after another. Facts: docs/facts.md, "Calls of the operator".
func (s *service) readLikeTheOperator() (time.Duration, error) {
	start := time.Now()
	client, err := scw.NewClient(
		scw.WithAPIURL(s.url), scw.WithDefaultRegion(scw.RegionFrPar), scw.WithDefaultProjectID(pathsProject),
		scw.WithAuth(s.key.AccessKey, s.key.SecretKey),
	)
	if err != nil {
		return 0, err
	}
	if _, err := client.GetAPIMetadata(); err != nil { // which the SDK would ask without a lock later
		return 0, err
	}
	failures := make([]error, operatorWorkers)
	var all sync.WaitGroup
	for worker := range operatorWorkers {
		all.Go(func() { failures[worker] = work(secretapi.NewAPI(client), worker) })
	}
	all.Wait()
	return time.Since(start), errors.Join(failures...)
}

// work reads a worker's share of the secrets.
func work(api *secretapi.API, worker int) error {
	next := 0
	for folder := range pathsFolders {
		for secret := range folderSize(folder) {
			if next++; next%operatorWorkers != worker {
				continue
			}
			if err := readByPath(api, folderPath(folder), secretName(secret)); err != nil {
				return fmt.Errorf("read %q of %q: %w", secretName(secret), folderPath(folder), err)
			}
		}
	}
	return nil
}

// readByPath makes the three calls for a reference that starts with "path:".
func readByPath(api *secretapi.API, path, name string) error {
	list, err := api.ListSecrets(&secretapi.ListSecretsRequest{
		ProjectID: new(pathsProject), Page: scw.Int32Ptr(1), PageSize: scw.Uint32Ptr(1), Name: &name, Path: &path,
	})
	if err != nil {
		return err
	}
	if len(list.Secrets) == 0 {
		return errors.New("no such secret")
	}
	id := list.Secrets[0].ID
	version, err := api.GetSecretVersion(&secretapi.GetSecretVersionRequest{SecretID: id, Revision: "latest_enabled"})
	if err != nil {
		return err
	}
	revision := strconv.FormatUint(uint64(version.Revision), 10)
	_, err = api.AccessSecretVersion(&secretapi.AccessSecretVersionRequest{SecretID: id, Revision: revision})
	return err
}
