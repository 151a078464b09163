package commands

// resultCommands are a ticket's commands about what the customer is told and answers.
var resultCommands []Entry
