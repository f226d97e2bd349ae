// Prints the packages of OpenTelemetry that `mintgate serve` needs for metrics and traces, as npm install takes them.
import { telemetryPackages } from '../../src/cli/telemetry/packages.ts';

console.log(telemetryPackages.join(' '));
