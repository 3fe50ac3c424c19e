package importer

// Fitting is exported to hold the roles against the generators.
var Fitting = fitting
