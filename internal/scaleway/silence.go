package scaleway

import (
	"sync"

	"github.com/scaleway/scaleway-sdk-go/logger"
)

// silenceSDK gives the SDK a logger that drops everything: with SCW_DEBUG set, the SDK would write whole answers to
// standard error, values included. The SDK's logger is a variable without a lock, so it is set once, before the first
// client. Facts: docs/facts.md, "What the SDK prints". One message cannot be silenced: a SCW_DEBUG that is no boolean
// is reported while the program starts.
var silenceSDK = sync.OnceFunc(func() { logger.SetLogger(silent{}) })

type silent struct{}

func (silent) Debugf(string, ...any)          {}
func (silent) Infof(string, ...any)           {}
func (silent) Warningf(string, ...any)        {}
func (silent) Errorf(string, ...any)          {}
func (silent) ShouldLog(logger.LogLevel) bool { return false }
