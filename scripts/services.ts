// Starts and stops the real servers that tests talk to.
//   npm run services -- start [name…]    what is not running; prints where each is, or why there is none
//   npm run services -- stop [name…]     and throws their data away
//   npm run services -- status [name…]
//   npm run -s services -- env [name…]   for a shell: eval "$(npm run -s services -- env)"
import { startServices, statusOfServices, stopServices } from './services/manage.ts';
import { parseCommand } from './services/parse-command.ts';
import { formatEnvironment, formatReports } from './services/report.ts';

const command = parseCommand(process.argv.slice(2));
switch (command.verb) {
  case 'start':
    print(formatReports(await startServices(command.names)));
    break;
  case 'stop':
    await stopServices(command.names);
    break;
  case 'status':
    print(formatReports(await statusOfServices(command.names)));
    break;
  case 'env':
    print(formatEnvironment(await statusOfServices(command.names)));
    break;
  case 'invalid':
    console.error(command.reason);
    process.exitCode = 2;
}

function print(text: string): void {
  if (text !== '') console.log(text);
}
