package cli_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
)

// scwTry is a program that uses Scaleway as anybody's does, by the variables of its environment:
//
//	scwtry list PATH                  the names of the secrets in a folder
//	scwtry read PATH NAME             how long the value of a secret is
//	scwtry make COUNT                 makes secrets; how many of them are listed
//	scwtry grant                      lists with a key that it makes
//	scwtry http METHOD PATH [BODY]    any call, without a key
//	scwtry variables                  the names of the environment's variables that are Scaleway's
func scwTry() {
	if err := try(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:forbidigo // this is the main function of a program for the scripts
	}
}

func try(args []string) error {
	switch args[0] {
	case "variables":
		for _, entry := range os.Environ() {
			if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "SCW_") {
				fmt.Fprintln(os.Stdout, name)
			}
		}
		return nil
	case "http":
		return tryHTTP(args[1], args[2], strings.Join(args[3:], " "))
	}
	client, err := scw.NewClient(scw.WithEnv())
	if err != nil {
		return err
	}
	switch args[0] {
	case "make":
		count, err := strconv.Atoi(args[1])
		return errors.Join(err, tryMake(client, count))
	case "grant":
		return tryGrant(client)
	}
	project, _ := client.GetDefaultProjectID()
	api := secretapi.NewAPI(client)
	if args[0] == "list" {
		list, err := api.ListSecrets(&secretapi.ListSecretsRequest{ProjectID: &project, Path: &args[1]})
		if err != nil {
			return err
		}
		for _, secret := range list.Secrets {
			fmt.Fprintln(os.Stdout, secret.Name)
		}
		return nil
	}
	value, err := api.AccessSecretVersionByPath(&secretapi.AccessSecretVersionByPathRequest{
		SecretPath: args[1], SecretName: args[2], Revision: "latest_enabled",
	})
	if err == nil {
		fmt.Fprintf(os.Stdout, "%d bytes\n", len(value.Data))
	}
	return err
}

func tryHTTP(method, path, body string) error {
	request, err := http.NewRequest(method, os.Getenv("SCW_API_URL")+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	fmt.Fprintln(os.Stdout, response.Status)
	_, err = io.Copy(os.Stdout, response.Body)
	return err
}
