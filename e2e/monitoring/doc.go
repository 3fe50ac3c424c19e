// Package monitoring has Prometheus' own tool judge the alerts and the queries of the dashboard: that they parse, and
// that each alert fires on series that show its fault, and on no others.
package monitoring
