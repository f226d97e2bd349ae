import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newFolder } from '../support/command.ts';
import { promtool } from './prometheus.ts';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const rulesFile = path('../../deploy/prometheus/mintgate.rules.yml');
const testsFile = path('alerts.test.yml');

test('promtool accepts the rules', async () => {
  expect(await promtool('check', 'rules', rulesFile)).toContain('SUCCESS: 10 rules found');
});

test('promtool accepts the example of a configuration', async () => {
  expect(await promtool('check', 'config', path('../../deploy/prometheus/prometheus.yml'))).toContain(
    'SUCCESS',
  );
});

test('promtool accepts the example for Kubernetes', async () => {
  const example = await readFile(path('../../deploy/prometheus/kubernetes.yml'), 'utf8');
  // Debian builds Prometheus without the discovery of Kubernetes.
  const config = example.replace('kubernetes_sd_configs: [{ role: pod }]', 'static_configs: []');
  expect(config).not.toBe(example);
  const folder = await newFolder({
    'prometheus.yml': config,
    'mintgate.rules.yml': await readFile(rulesFile, 'utf8'),
  });
  expect(await promtool('check', 'config', join(folder, 'prometheus.yml'))).toContain('SUCCESS');
});

test('each alert fires when it must, and only then', async () => {
  expect(await promtool('test', 'rules', testsFile)).toContain('SUCCESS');
});

test('a rule that never fires fails these tests', async () => {
  const broken = (await readFile(rulesFile, 'utf8')).replace('mintgate_ready == 0', 'mintgate_ready == 2');
  const tests = (await readFile(testsFile, 'utf8')).replace(/rule_files: .*/, 'rule_files: [rules.yml]');
  const folder = await newFolder({ 'rules.yml': broken, 'tests.yml': tests });
  await expect(promtool('test', 'rules', join(folder, 'tests.yml'))).rejects.toThrow('MintgateNotReady');
});
