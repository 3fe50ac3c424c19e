package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// use is what a process holds and has used.
type use struct {
	// memory is the resident set in bytes, peak the largest that it ever was, and own the part of it that is no file:
	// what the process has allocated.
	memory, peak, own int64
	// cpu is user and system time.
	cpu time.Duration
}

// usedBy reads what /proc says of a process. Linux only.
func usedBy(pid int) (use, error) {
	folder := filepath.Join("/proc", strconv.Itoa(pid))
	status, err := os.ReadFile(filepath.Join(folder, "status"))
	if err != nil {
		return use{}, err
	}
	stat, err := os.ReadFile(filepath.Join(folder, "stat"))
	if err != nil {
		return use{}, err
	}
	return parseUse(status, stat)
}

// parseUse reads the files status and stat of a process: proc_pid_status(5) and proc_pid_stat(5).
func parseUse(status, stat []byte) (u use, err error) {
	for _, field := range []struct {
		name string
		into *int64
	}{{"VmRSS", &u.memory}, {"VmHWM", &u.peak}, {"RssAnon", &u.own}} {
		if *field.into, err = statusBytes(status, field.name); err != nil {
			return use{}, err
		}
	}
	u.cpu, err = cpuTime(stat)
	return u, err
}

// statusBytes is a field of status that is a size. Example: "VmRSS:	   42120 kB".
func statusBytes(status []byte, name string) (int64, error) {
	for line := range strings.Lines(string(status)) {
		rest, is := strings.CutPrefix(line, name+":")
		if !is {
			continue
		}
		kibibytes, isSize := strings.CutSuffix(strings.TrimSpace(rest), " kB")
		number, err := strconv.ParseInt(kibibytes, 10, 64)
		if !isSize || err != nil {
			return 0, fmt.Errorf("read the status of a process: %s must be a number of kB, is %q", name, strings.TrimSpace(rest))
		}
		return number << 10, nil
	}
	return 0, fmt.Errorf("read the status of a process: there is no %s, as in one that has ended", name)
}

// ticks of /proc in a second: USER_HZ, which is 100 on every architecture that Go supports.
const ticks = 100

// cpuTime is the sum of utime and stime, which are the 14th and 15th field of stat. The second is the name of the
// program, in parentheses, and may hold anything.
func cpuTime(stat []byte) (time.Duration, error) {
	const utime, stime = 14 - 3, 15 - 3 // counted behind the name
	end := bytes.LastIndexByte(stat, ')')
	fields := strings.Fields(string(stat[end+1:]))
	if end < 0 || len(fields) <= stime {
		return 0, fmt.Errorf("read the stat of a process: it must have at least 15 fields, is %q", stat)
	}
	var sum int64
	for _, field := range []string{fields[utime], fields[stime]} {
		number, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read the stat of a process: %q must be a number", field)
		}
		sum += number
	}
	return time.Duration(sum) * time.Second / ticks, nil
}
