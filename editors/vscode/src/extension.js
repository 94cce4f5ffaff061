// Starts the language server, `action-sdk lsp`, and connects it with the editor.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function clientOf(settings) {
  const server = {
    command: settings.get("server.command"),
    args: settings.get("server.arguments"),
  };
  const options = {
    documentSelector: [
      { language: "colang" },
      { scheme: "file", pattern: "**/*.{yml,yaml}" },
    ],
    synchronize: {
      fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{co,yml,yaml}"),
    },
  };
  return new LanguageClient("colang", "Colang", server, options);
}

async function start() {
  const settings = vscode.workspace.getConfiguration("colang");
  client = clientOf(settings);
  try {
    await client.start();
  } catch (error) {
    const command = settings.get("server.command");
    vscode.window.showErrorMessage(
      `\`${command}\` cannot be started (${error.message ?? error}). ` +
        "Install it with `cargo install --path cli`, or set `colang.server.command`.",
    );
  }
}

async function stop() {
  await client?.dispose();
  client = undefined;
}

async function activate(context) {
  const restart = vscode.commands.registerCommand("colang.restart", async () => {
    await stop();
    await start();
  });
  const changed = vscode.workspace.onDidChangeConfiguration(async (event) => {
    if (event.affectsConfiguration("colang.server")) {
      await stop();
      await start();
    }
  });
  context.subscriptions.push(restart, changed);
  await start();
}

module.exports = { activate, deactivate: stop };
