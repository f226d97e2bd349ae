// Writes the dashboard for Grafana: node scripts/operate/dashboard.ts
import { writeFile } from 'node:fs/promises';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  MappingType,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { type PanelDescription, rows } from './panels.ts';

/** The place of the dashboard. */
export const dashboardFile = new URL('../../deploy/grafana/mintgate.json', import.meta.url);

const source = { type: 'prometheus', uid: '$datasource' };

/** Builds the dashboard. Its types are those of Grafana. */
export function buildDashboard(): Dashboard {
  const dashboard = new DashboardBuilder('Mintgate')
    .uid('mintgate')
    .description(
      'Metrics of mintgate serve, of all instances together: select one in the variable Instance. Alerts and runbooks: docs/operate.md.',
    )
    .tags(['mintgate'])
    .editable()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(instanceVariable());
  let id = 0;
  for (const [title, panels] of Object.entries(rows)) {
    dashboard.withRow(new RowBuilder(title).id(++id));
    for (const panel of panels) dashboard.withPanel(buildPanel(panel, ++id));
  }
  return dashboard.build();
}

/** The current text of the dashboard's file. */
export const dashboardText = () => `${JSON.stringify(buildDashboard(), undefined, 2)}\n`;

function instanceVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('instance')
    .label('Instance')
    .datasource(source)
    .query('label_values(mintgate_tokens_held, instance)')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: 'All', value: '$__all' });
}

function buildPanel(description: PanelDescription, id: number): Builder<Panel> {
  const panel = description.kind === 'state' ? statePanel(description) : timePanel(description);
  panel.id(id).title(description.title).description(description.description).datasource(source);
  for (const [at, [legend, expression]] of Object.entries(description.queries).entries()) {
    const refId = String.fromCharCode(65 + at);
    panel.withTarget(
      new DataqueryBuilder().refId(refId).expr(expression).legendFormat(legend).datasource(source),
    );
  }
  return panel;
}

function statePanel({ unit, words: [zero, one] = ['0', '1'] }: PanelDescription): stat.PanelBuilder {
  return new stat.PanelBuilder()
    .unit(unit)
    .height(4)
    .span(6)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Background)
    .mappings([
      {
        type: MappingType.ValueToText,
        options: { 0: { text: zero, color: 'red', index: 0 }, 1: { text: one, color: 'green', index: 1 } },
      },
    ]);
}

function timePanel({ unit, kind }: PanelDescription): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder().unit(unit).min(0).height(8).span(8).lineWidth(1);
  if (kind === 'lines') return panel;
  return panel
    .fillOpacity(30)
    .gradientMode(common.GraphGradientMode.None)
    .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
}

if (import.meta.main) await writeFile(dashboardFile, dashboardText());
