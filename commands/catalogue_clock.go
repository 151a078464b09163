package commands

// clockCommands are a ticket's commands about limits.
var clockCommands []Entry
