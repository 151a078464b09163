package commands

// dutyCommands are a ticket's commands about who has to do what.
var dutyCommands []Entry
