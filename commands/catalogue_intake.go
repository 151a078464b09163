package commands

// intakeCommands are a ticket's commands between the first contact and registration.
var intakeCommands []Entry
