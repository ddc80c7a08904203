import { Component, type ReactNode } from "react";
import { messageOf } from "../swap/message-of.ts";
import { Message } from "./message.tsx";

interface State {
  readonly problem: string | undefined;
}

/** Keeps an error of the panel's own from the host around it. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override readonly state: State = { problem: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { problem: messageOf(error) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === undefined) return this.props.children;
    return (
      <div className="maquette-broken" role="alert">
        <Message tone="error" title="The panel has stopped working" message={problem} />
        <button
          type="button"
          className="maquette-button"
          onClick={() => this.setState({ problem: undefined })}
        >
          Try again
        </button>
      </div>
    );
  }
}
