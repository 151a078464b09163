package commands

// routeCommands are a ticket's commands of review, approval and correction.
var routeCommands []Entry
