package scaleway

import (
	"sync"

	"github.com/scaleway/scaleway-sdk-go/logger"
)

// silenceSDK gives the SDK a logger that says nothing, whatever SCW_DEBUG is: with that set, the SDK writes whole
// answers to standard error, values included. The SDK's logger is a variable without a lock, so it is set once, before
// the first client. Facts: docs/facts.md, "What the SDK prints". (A SCW_DEBUG that is no boolean makes the SDK
// complain, by the variable's name, while the program starts; nothing can stop it.)
var silenceSDK = sync.OnceFunc(func() { logger.SetLogger(silent{}) })

type silent struct{}

func (silent) Debugf(string, ...any)          {}
func (silent) Infof(string, ...any)           {}
func (silent) Warningf(string, ...any)        {}
func (silent) Errorf(string, ...any)          {}
func (silent) ShouldLog(logger.LogLevel) bool { return false }
