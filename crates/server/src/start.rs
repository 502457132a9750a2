//! Putting a hub together and taking it apart.
//!
//! The order of starting: files, replay, bootstrap, then the writer's thread, then whoever asks
//! it. The order of stopping is the reverse: first nobody new comes in, then those inside leave,
//! then the couriers, then the writer with all that it has accepted, and last the projection,
//! which reads to the end of what was written.

use std::io::Read as _;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use engine::{
    Answer, CaughtUp, Clock as _, Engine, Follower, Hook, No, TableSnapshots, Vault, Work, Writer,
};
use journal::{Journal, SqliteJournal, SqliteReader};
use participant::edge::Clock;
use participant::http::SignedClient;
use projection::Tables;
use switch::{Input, Participant, Refusal, Stamp, Switch, Time};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use wire::keys::{Jwks, SigningKey};
use wire::signature::{Direction, NonceCache};

use crate::calls;
use crate::hub::{Board, History, Hub, Readers, Shared};
use crate::limits::{BOOTSTRAP_MAX, KEY_FILE_BYTES_MAX};
use crate::notify::{self, Notifier, NotifyError, NotifySettings};
use crate::papers::Papers;
use crate::serve::serve;

/// What a hub needs to know; a binary makes it from its configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of `journal.db`, `projection.db`, `webhooks.db` and `party-keys`.
    pub data: PathBuf,
    /// The hub's private key, PKCS#8 PEM, readable for its owner only.
    pub key: PathBuf,
    /// Hosts for which requests are taken, lower case, with the port unless it is the scheme's
    /// own; none means whatever the sender called, for a network with one hub.
    pub authorities: Vec<String>,
    /// The time by which everything here is judged.
    pub clock: Clock,
    /// What an empty journal begins with. When there is one, only the participants' addresses
    /// are taken from it: an address is not a business rule, everything else is a record.
    pub bootstrap: Vec<Input>,
    /// How participants are notified beside the protocol.
    pub notify: NotifySettings,
}

/// Why a hub could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The key could not be read.
    #[error("read the hub's key `{path}`")]
    KeyFile {
        /// Where it should be.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others can read the key.
    #[error("use a key that others can read: set mode 0600 on `{0}`")]
    KeyExposed(PathBuf),
    /// The key is none.
    #[error("use the hub's key")]
    Key(#[from] wire::keys::KeyError),
    /// The journal could not be opened.
    #[error("open the journal")]
    Journal(#[from] journal::OpenError),
    /// The journal could not be replayed.
    #[error("replay the journal")]
    Replay(#[from] engine::OpenError),
    /// The projection could not be started.
    #[error("start the projection")]
    Follow(#[from] engine::FollowError),
    /// The tables could not be opened.
    #[error("open the projection")]
    Tables(#[from] projection::TablesError),
    /// The vault could not be opened.
    #[error("open the vault")]
    Vault(#[from] engine::VaultError),
    /// Participants cannot be notified.
    #[error("begin to notify participants")]
    Notify(#[from] NotifyError),
    /// The core refuses the bootstrap.
    #[error("bootstrap: the core refuses input `{number}` with {refusal:?}")]
    Bootstrap {
        /// Which input, counted from 0.
        number: usize,
        /// Why.
        refusal: Refusal,
    },
    /// The bootstrap does not fit one batch.
    #[error("bootstrap: more than {BOOTSTRAP_MAX} inputs")]
    BootstrapTooLong,
    /// The bootstrap was not written.
    #[error("bootstrap: the journal did not take it")]
    BootstrapLost,
    /// The core refuses a participant's new address.
    #[error("follow a participant to its new address: the core refuses `{name}` with {refusal:?}")]
    Address {
        /// Which participant.
        name: String,
        /// Why.
        refusal: Refusal,
    },
    /// New addresses were not written.
    #[error("follow participants to their new addresses: the journal did not take them")]
    AddressesLost,
    /// The system gives no thread or socket.
    #[error("start a thread or use the socket")]
    System(#[from] std::io::Error),
}

/// A hub that serves.
#[derive(Debug)]
pub struct Running {
    hub: Hub,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
    couriers: JoinHandle<()>,
    notifying: JoinHandle<()>,
    engine: Engine,
    writer: thread::JoinHandle<Writer<SqliteJournal>>,
    follower: Follower,
}

/// Opens the files, replays the journal and serves on `listener`.
///
/// # Errors
/// See [`StartError`]; nothing runs then.
pub async fn start(config: Config, listener: TcpListener) -> Result<Running, StartError> {
    let address = listener.local_addr()?;
    // Replaying a long journal takes its time and must not hold up whoever else is served here.
    let opened = tokio::task::spawn_blocking(move || open(config)).await;
    let Opened {
        hub,
        engine,
        writer,
        follower,
    } = opened.map_err(|panic| StartError::System(std::io::Error::other(panic)))??;
    let (stop, stopping) = watch::channel(false);
    let served = tokio::spawn(serve(listener, hub.clone(), stopping.clone()));
    let couriers = tokio::spawn(calls::run(hub.clone(), stopping.clone()));
    let notifying = tokio::spawn(notify::run(hub.clone(), stopping));
    tracing::info!(%address, "hub serves");
    Ok(Running {
        hub,
        address,
        stop,
        served,
        couriers,
        notifying,
        engine,
        writer,
        follower,
    })
}

impl Running {
    /// The hub.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Where it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether the threads of the writer and of the projection live. Without the first nothing can
    /// be taken, without the second nothing leaves memory until it is full; only a restart helps.
    pub fn is_whole(&self) -> bool {
        !self.writer.is_finished() && !self.follower.has_ended()
    }

    /// Stops in order; returns when everything that was accepted is durable and projected.
    pub async fn stop(self) {
        let Running {
            hub,
            stop,
            served,
            couriers,
            notifying,
            engine,
            writer,
            follower,
            ..
        } = self;
        hub.shared().board.note_stopping();
        stop.send_replace(true);
        for task in [served, couriers, notifying] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task ended with a panic");
            }
        }
        let ended = tokio::task::spawn_blocking(move || {
            engine.stop();
            if writer.join().is_err() {
                tracing::error!("the writer's thread ended with a panic");
            }
            follower.join();
        });
        if let Err(error) = ended.await {
            tracing::error!(%error, "the threads did not end in order");
        }
        tracing::info!("hub has stopped");
    }
}

struct Opened {
    hub: Hub,
    engine: Engine,
    writer: thread::JoinHandle<Writer<SqliteJournal>>,
    follower: Follower,
}

fn open(config: Config) -> Result<Opened, StartError> {
    let key = Arc::new(read_key(&config.key)?);
    let keys = Jwks::new([key.public()])?;
    let journal_path = config.data.join("journal.db");
    let tables_path = config.data.join("projection.db");
    // The journal makes the folder, and its lock keeps other hubs from the tables too.
    let journal = SqliteJournal::open(&journal_path)?;
    let tables = Tables::open_or_make_anew(&tables_path)?;
    let mut writer = Writer::open_from(journal, Box::new(TableSnapshots(tables_path.clone())))?;
    let clock = HubClock(config.clock.clone());
    if writer.view().head.seq > 0 {
        follow_addresses(&mut writer, clock.now(), &config.bootstrap)?;
    } else if !config.bootstrap.is_empty() {
        bootstrap(&mut writer, clock.now(), config.bootstrap)?;
    }
    let vault = Vault::open(&config.data.join("party-keys"))?;
    let board = Arc::new(Board::new(&writer.view()));
    let follower = Follower::start(&journal_path, tables, caught_up(Arc::clone(&board)))?;
    let tables = Readers::open(&tables_path)?;
    let papers = Papers::open(&tables_path)?;
    let history = History::new(SqliteReader::open(&journal_path)?);
    let notifier = Notifier::open(config.notify, &config.data)?;
    let hook = hook(Arc::clone(&board), &follower);
    let (engine, writer) = Engine::start(writer, Arc::new(clock), follower.progress(), hook)?;
    let client = SignedClient::new(Arc::clone(&key), Direction::Callback, config.clock.clone());
    let hub = Hub::new(Shared {
        engine: engine.clone(),
        board,
        vault,
        history,
        tables,
        papers,
        progress: follower.progress(),
        key,
        keys,
        nonces: Mutex::new(NonceCache::new()),
        client,
        clock: config.clock,
        notifier,
        audits: Arc::new(Semaphore::new(1)),
        reports: Arc::new(Semaphore::new(1)),
        tables_path,
        authorities: config.authorities,
    });
    Ok(Opened {
        hub,
        engine,
        writer,
        follower,
    })
}

fn hook(board: Arc<Board>, follower: &Follower) -> Hook {
    let nudge = follower.nudge();
    Box::new(move |view, report| {
        board.after_batch(view, report);
        // A full queue means that the projection is awake already.
        let _awake = nudge.try_send(());
    })
}

/// Whoever follows an outcome stream hears how far the tables have come.
fn caught_up(board: Arc<Board>) -> CaughtUp {
    Box::new(move |sequence| board.streams.note_projected(sequence))
}

/// The participants' clock, as the engine asks for it.
struct HubClock(Clock);

impl engine::Clock for HubClock {
    fn now(&self) -> Time {
        Time(self.0.now_ns())
    }

    fn flows(&self) -> bool {
        self.0.flows()
    }
}

fn read_key(path: &Path) -> Result<SigningKey, StartError> {
    let broken = |source| StartError::KeyFile {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(broken)?;
    let mode = file.metadata().map_err(broken)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(StartError::KeyExposed(path.to_owned()));
    }
    let mut pem = String::new();
    file.take(KEY_FILE_BYTES_MAX)
        .read_to_string(&mut pem)
        .map_err(broken)?;
    Ok(SigningKey::from_pem(&pem)?)
}

/// All of it in one batch or nothing: it is tried on an empty core first, so that a mistake in a
/// configuration leaves an empty journal, which the next start takes as one.
fn bootstrap(
    writer: &mut Writer<SqliteJournal>,
    now: Time,
    inputs: Vec<Input>,
) -> Result<(), StartError> {
    if inputs.len() > BOOTSTRAP_MAX {
        return Err(StartError::BootstrapTooLong);
    }
    let mut trial = Switch::default();
    for (number, input) in inputs.iter().enumerate() {
        let decision = trial.decide(now, input);
        decision
            .reply
            .map_err(|refusal| StartError::Bootstrap { number, refusal })?;
        for record in &decision.records {
            trial.apply(Stamp { seq: 1, now }, record);
        }
    }
    let work = inputs.into_iter().map(|input| Work {
        input: Some(input),
        party: None,
        respond: Box::new(|_view, _answer| ()),
    });
    let report = writer.batch(now, work.collect());
    if report.records == 0 {
        return Err(StartError::BootstrapLost);
    }
    tracing::info!(records = report.records, "an empty journal was begun");
    Ok(())
}

/// A participant that moved is called at its new address from now on; the move is a record. Where
/// it cannot be recorded nothing runs: calls to an address that somebody left are worse.
fn follow_addresses<J: Journal>(
    writer: &mut Writer<J>,
    now: Time,
    inputs: &[Input],
) -> Result<(), StartError> {
    let moved = inputs.iter().filter_map(|input| {
        let Input::SetParticipant(configured) = input else {
            return None;
        };
        let switch = writer.view().switch;
        let known = switch.participant(switch.participant_named(&configured.name)?)?;
        let callback_url = configured.callback_url.clone();
        (known.callback_url != callback_url).then(|| Participant {
            callback_url,
            ..known.clone()
        })
    });
    let moved: Vec<Participant> = moved.collect();
    if moved.is_empty() {
        return Ok(());
    }
    let (answer, answers) = mpsc::channel();
    let work = moved.into_iter().map(|participant| {
        let name = participant.name.clone();
        let answer = answer.clone();
        Work {
            input: Some(Input::SetParticipant(participant)),
            party: None,
            respond: Box::new(move |_view, done| {
                // This function holds the other end until all have answered.
                let _held = answer.send((name, done));
            }),
        }
    });
    let report = writer.batch(now, work.collect());
    answers.try_iter().try_for_each(recorded)?;
    tracing::info!(records = report.records, "participants have moved");
    Ok(())
}

/// Whether the core took a participant's new address, and the journal with it.
fn recorded((name, done): (String, Answer)) -> Result<(), StartError> {
    match done {
        Ok(_reply) => Ok(()),
        Err(No::Refused(refusal)) => Err(StartError::Address { name, refusal }),
        Err(No::Unavailable | No::Busy) => Err(StartError::AddressesLost),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt as _;

    use journal::MemoryJournal;
    use journal::memory::FaultKind;
    use switch::{Finality, Participant, ParticipantId, Role};
    use wire::error::Code;

    use super::*;

    fn config(folder: &Path, mode: u32, bootstrap: Vec<Input>) -> Config {
        let key = folder.join("hub.pem");
        let pem = SigningKey::from_seed(&[1; 32]).unwrap().to_pem().unwrap();
        let mut options = std::fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&key)
            .unwrap();
        std::io::Write::write_all(&mut file, pem.as_bytes()).unwrap();
        Config {
            data: folder.join("hub"),
            key,
            authorities: Vec::new(),
            clock: Clock::manual(1_795_392_000_000),
            bootstrap,
            notify: NotifySettings::default(),
        }
    }

    async fn try_start(config: Config) -> Result<Running, StartError> {
        start(config, TcpListener::bind("127.0.0.1:0").await.unwrap()).await
    }

    fn house() -> Input {
        house_at("")
    }

    fn house_at(callback_url: &str) -> Input {
        Input::SetParticipant(Participant {
            name: "house".into(),
            scheme: "HOUSE".into(),
            roles: vec![Role::House],
            finality: Finality::Confirm,
            keys: Vec::new(),
            callback_url: callback_url.to_owned(),
            banks: Vec::new(),
            is_active: true,
        })
    }

    #[tokio::test]
    async fn a_key_that_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let refused = try_start(config(folder.path(), 0o644, Vec::new())).await;
        assert!(
            matches!(refused, Err(StartError::KeyExposed(_))),
            "{refused:?}"
        );
        assert!(!folder.path().join("hub").exists());
    }

    #[tokio::test]
    async fn a_bootstrap_is_taken_whole_or_not_at_all_and_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let stranger = Input::SetCap {
            participant: ParticipantId(7),
            currency: money::Currency::Khr,
            cap: money::Amount::ZERO,
        };
        let mut config = config(folder.path(), 0o600, vec![house(), stranger]);
        let refused = try_start(config.clone()).await;
        assert!(
            matches!(refused, Err(StartError::Bootstrap { number: 1, .. })),
            "{refused:?}"
        );
        config.bootstrap = vec![house(), Input::OpenWindow];
        for _ in 0..2 {
            let running = try_start(config.clone()).await.unwrap();
            let looked = running
                .hub()
                .read(|view| (view.head.seq, view.switch.window().0))
                .await;
            assert_eq!(looked.unwrap(), (1, 1));
            running.stop().await;
            config.bootstrap = vec![house(), house(), house()];
        }
    }

    #[tokio::test]
    async fn one_audit_runs_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let running = try_start(config(folder.path(), 0o600, vec![house()])).await;
        let running = running.unwrap();
        let turn = running.hub().begin_audit().unwrap();
        let second = running.hub().begin_audit();
        assert_eq!(second.unwrap_err().code(), Code::Busy);
        drop(turn);
        assert!(running.hub().begin_audit().is_ok());
        running.stop().await;
    }

    #[test]
    fn a_new_address_is_recorded_or_the_start_fails() {
        let mut writer = Writer::open(MemoryJournal::new()).unwrap();
        let begin = Work {
            input: Some(house_at("http://127.0.0.1:1")),
            party: None,
            respond: Box::new(|_view, done| assert!(done.is_ok())),
        };
        writer.batch(Time(1), vec![begin]);
        let address = |writer: &Writer<MemoryJournal>| {
            let switch = writer.view().switch;
            let house = switch.participant_named("house").unwrap();
            switch.participant(house).unwrap().callback_url.clone()
        };
        let moved = [house_at("http://127.0.0.1:2"), Input::OpenWindow];

        writer.journal().fail_next(FaultKind::BeforeWrite);
        let lost = follow_addresses(&mut writer, Time(2), &moved);
        assert!(matches!(lost, Err(StartError::AddressesLost)), "{lost:?}");
        assert_eq!(address(&writer), "http://127.0.0.1:1");

        follow_addresses(&mut writer, Time(3), &moved).unwrap();
        assert_eq!(address(&writer), "http://127.0.0.1:2");
        // The second is the writer's own try whether the journal takes batches again.
        assert_eq!(writer.view().head.seq, 3);
        // Nobody moved, so nothing is written.
        follow_addresses(&mut writer, Time(4), &moved).unwrap();
        assert_eq!(writer.view().head.seq, 3);

        let refused = recorded(("house".into(), Err(No::Refused(Refusal::PolicyInvalid))));
        let expected = "follow a participant to its new address: \
                        the core refuses `house` with PolicyInvalid";
        assert_eq!(refused.unwrap_err().to_string(), expected);
    }
}
