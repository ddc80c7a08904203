/** The client's state, changed by the service's events; many events in a row make one change. */
import type { Asset, ServiceEvent } from "../../plugin/protocol/service.ts";
import { createListeners } from "./listeners.ts";
import type { ClientState } from "./service-client.ts";

/** A frame: the longest that an event waits for others. */
const BATCH_MS = 16;
const LOG_LINES = 200;

const INITIAL_STATE: ClientState = {
  connection: "connecting",
  problem: undefined,
  project: undefined,
  model: undefined,
  folders: [],
  assets: new Map(),
  log: [],
};

export interface StateStore {
  readonly state: ClientState;
  subscribe(listener: () => void): () => void;
  /** Soon, together with the events that come until then. */
  apply(event: ServiceEvent): void;
  /** At once, after the events that wait. */
  change(changes: Partial<ClientState>): void;
}

export function createStateStore(): StateStore {
  let state = INITIAL_STATE;
  let waiting: ServiceEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = createListeners();

  const change = (changes: Partial<ClientState>) => {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    state = { ...applyEvents(state, events), ...changes };
    listeners.tell();
  };

  return {
    get state() {
      return state;
    },
    subscribe: listeners.add,
    apply(event) {
      waiting.push(event);
      timer ??= setTimeout(() => change({}), BATCH_MS);
    },
    change,
  };
}

function applyEvents(former: ClientState, events: readonly ServiceEvent[]): ClientState {
  let state = former;
  let assets: Map<string, Asset> | undefined;
  for (const event of events) {
    switch (event.type) {
      case "hello": {
        const { project, model, folders } = event;
        state = { ...state, connection: "open", problem: undefined, project, model, folders };
        assets = new Map(event.assets.map((asset) => [asset.uuid, asset]));
        break;
      }
      case "asset":
        assets ??= new Map(state.assets);
        assets.set(event.asset.uuid, event.asset);
        break;
      case "gone":
        assets ??= new Map(state.assets);
        assets.delete(event.uuid);
        break;
      case "model":
        state = { ...state, model: event.model };
        break;
      case "log": {
        const { level, message } = event;
        state = { ...state, log: [...state.log.slice(1 - LOG_LINES), { level, message }] };
        break;
      }
    }
  }
  return assets ? { ...state, assets: byPicture(assets) } : state;
}

function byPicture(assets: ReadonlyMap<string, Asset>): Map<string, Asset> {
  return new Map([...assets].sort(([, a], [, b]) => compareTexts(a.picture, b.picture)));
}

/** By code units, as the service sorts. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
