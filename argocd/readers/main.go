// Readers evaluates custom resources as the programs that wait for them do: with the kstatus library, which Helm 4 and
// Flux use, and with gopher-lua in a sandbox as narrow as that of Argo CD.
//
// Without arguments it reads the recorded states and compares the results with readiness.txt. With the argument "-" it
// prints the results for the objects of a List in JSON on its standard input, as `kubectl get ecs -o json` writes it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"
)

const (
	customizations = "../resource_customizations/ecs-operator.io"
	expectations   = "readiness.txt"
	// Argo CD ends a script after this time.
	scriptTimeout = time.Second
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 1 && arguments[0] == "-" {
		return printLive(os.Stdin)
	}
	return compareRecorded()
}

func printLive(in io.Reader) error {
	var list unstructured.UnstructuredList
	if err := json.NewDecoder(in).Decode(&list); err != nil {
		return err
	}
	for i := range list.Items {
		object := &list.Items[i]
		line, err := read(object)
		if err != nil {
			return err
		}
		fmt.Printf("%s %s %s\n", object.GetKind(), object.GetName(), line)
	}
	return nil
}

// compareRecorded fails for each recorded state that is read otherwise than the file of expectations says.
func compareRecorded() error {
	expected, err := readExpectations()
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(customizations, "*", "testdata", "*.yaml"))
	if err != nil {
		return err
	}
	var wrong []string
	for _, file := range files {
		object, err := parse(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		kind := filepath.Base(filepath.Dir(filepath.Dir(file)))
		state := kind + " " + strings.TrimSuffix(filepath.Base(file), ".yaml")
		line, err := read(object)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if expected[state] != line {
			wrong = append(wrong, fmt.Sprintf("%s: expected %q, but it is %q", state, expected[state], line))
		}
		delete(expected, state)
	}
	for state := range expected {
		wrong = append(wrong, state+": there is no recording")
	}
	if len(wrong) > 0 {
		sort.Strings(wrong)
		return errors.New(strings.Join(wrong, "\n"))
	}
	fmt.Printf("%d recorded states are read as %s says.\n", len(files), expectations)
	return nil
}

func readExpectations() (map[string]string, error) {
	file, err := os.Open(expectations)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	expected := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 4 {
			expected[words[0]+" "+words[1]] = words[2] + " " + words[3]
		}
	}
	return expected, nil
}

func parse(file string) (*unstructured.Unstructured, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	content, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	object := &unstructured.Unstructured{}
	return object, object.UnmarshalJSON(content)
}

// read returns the health in Argo CD and the status of kstatus.
func read(object *unstructured.Unstructured) (string, error) {
	health, err := healthOf(object)
	if err != nil {
		return "", err
	}
	computed, err := status.Compute(object)
	if err != nil {
		return "", err
	}
	return health + " " + string(computed.Status), nil
}

func healthOf(object *unstructured.Unstructured) (string, error) {
	script, err := os.ReadFile(filepath.Join(customizations, object.GetKind(), "health.lua"))
	if err != nil {
		return "", err
	}
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage,
		lua.BaseLibName: lua.OpenBase,
		lua.TabLibName:  lua.OpenTable,
	} {
		call := lua.P{Fn: state.NewFunction(open), NRet: 0, Protect: true}
		if err := state.CallByParam(call, lua.LString(name)); err != nil {
			return "", err
		}
	}
	limit, cancel := context.WithTimeout(context.Background(), scriptTimeout)
	defer cancel()
	state.SetContext(limit)
	state.SetGlobal("obj", value(state, object.Object))
	if err := state.DoString(string(script)); err != nil {
		return "", err
	}
	result, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return "", errors.New("the script returned no table")
	}
	return result.RawGetString("status").String(), nil
}

func value(state *lua.LState, from any) lua.LValue {
	switch converted := from.(type) {
	case bool:
		return lua.LBool(converted)
	case float64:
		return lua.LNumber(converted)
	case int64:
		return lua.LNumber(converted)
	case string:
		return lua.LString(converted)
	case []any:
		table := state.CreateTable(len(converted), 0)
		for _, item := range converted {
			table.Append(value(state, item))
		}
		return table
	case map[string]any:
		table := state.CreateTable(0, len(converted))
		for key, item := range converted {
			table.RawSetH(lua.LString(key), value(state, item))
		}
		return table
	default:
		return lua.LNil
	}
}
