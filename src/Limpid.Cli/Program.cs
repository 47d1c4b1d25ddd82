using Limpid.Cli;

return CommandLine.Run(args);
