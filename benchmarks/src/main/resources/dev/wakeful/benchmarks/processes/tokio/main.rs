// SPDX-License-Identifier: Apache-2.0
//! The workloads with tokio, on its current-thread runtime; those whose names end in -2, on two workers.
//!
//!     peer echo BUFFER                        a server, as EchoServer is one
//!     peer WORKLOAD ITERATIONS MILLIS         prints: min median cpu, in nanoseconds an operation

use std::future::Future;
use std::hint::black_box;
use std::io::BufRead;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, Mutex, Semaphore};
use tokio::task::yield_now;

fn runtime(threads: usize) -> Runtime {
    let made = match threads {
        1 => Builder::new_current_thread().enable_all().build(),
        _ => Builder::new_multi_thread().worker_threads(threads).enable_all().build(),
    };
    made.expect("a runtime")
}

/// Runs a batch as a task: the future that is blocked on is polled in another way, which nobody's server waits in.
fn on_task<T: Send + 'static>(rt: &Runtime, batch: impl Future<Output = T> + Send + 'static) -> T {
    rt.block_on(async { tokio::spawn(batch).await.unwrap() })
}

struct Chain {
    suspends: bool,
    values: [usize; 64],
}

impl Chain {
    async fn first(&self, x: usize) -> usize {
        self.second(x).await + 1
    }
    async fn second(&self, x: usize) -> usize {
        self.third(x).await + 1
    }
    async fn third(&self, x: usize) -> usize {
        self.fourth(x).await + 1
    }
    async fn fourth(&self, x: usize) -> usize {
        self.fifth(x).await + 1
    }
    async fn fifth(&self, x: usize) -> usize {
        self.sixth(x).await + 1
    }
    async fn sixth(&self, x: usize) -> usize {
        self.seventh(x).await + 1
    }
    async fn seventh(&self, x: usize) -> usize {
        self.eighth(x).await + 1
    }
    async fn eighth(&self, x: usize) -> usize {
        self.ninth(x).await + 1
    }
    async fn ninth(&self, x: usize) -> usize {
        self.leaf(x).await + 1
    }
    async fn leaf(&self, x: usize) -> usize {
        if self.suspends {
            yield_now().await;
        }
        self.values[x]
    }
}

fn chain(rt: &Runtime, suspends: bool, times: usize) -> usize {
    let mut values = [0; 64];
    for (i, value) in values.iter_mut().enumerate() {
        *value = i * 37;
    }
    let chain = black_box(Chain { suspends, values });
    on_task(rt, async move {
        let mut x = 0;
        for _ in 0..times {
            x = chain.first(x & 63).await;
        }
        x
    })
}

fn spawn(rt: &Runtime, times: usize) -> usize {
    on_task(rt, async move {
        let mut sum = 0;
        for i in 0..times {
            sum += tokio::spawn(async move { i & 63 }).await.unwrap();
        }
        sum
    })
}

async fn yields(times: usize) {
    for _ in 0..times {
        yield_now().await;
    }
}

fn two_yield(rt: &Runtime, each: usize) -> usize {
    on_task(rt, all(2, move || yields(each)));
    2 * each
}

fn chain_of(depth: usize) -> std::pin::Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move {
        if depth == 0 {
            yield_now().await;
            return 0;
        }
        chain_of(depth - 1).await + 1
    })
}

/// Spawns tasks that do their work a few times each, and joins them.
async fn all<F: Future<Output = ()> + Send + 'static>(tasks: usize, task: impl Fn() -> F) {
    let all: Vec<_> = (0..tasks).map(|_| tokio::spawn(task())).collect();
    for task in all {
        task.await.unwrap();
    }
}

async fn exchange(tx: mpsc::Sender<usize>, mut rx: mpsc::Receiver<usize>, first: bool, times: usize) {
    for i in 0..times {
        if first {
            tx.send(i).await.unwrap();
            rx.recv().await.unwrap();
        } else {
            rx.recv().await.unwrap();
            tx.send(i).await.unwrap();
        }
    }
}

async fn crowd_of(does: &str, tasks: usize, times: usize) {
    match does {
        "yield" => all(tasks, || yields(times)).await,
        "chain" => {
            all(tasks, || async move {
                for _ in 0..times {
                    chain_of(10).await;
                }
            })
            .await
        }
        "timeout" => {
            all(tasks, || async move {
                for _ in 0..times {
                    tokio::time::timeout(Duration::from_secs(3600), yield_now()).await.unwrap();
                }
            })
            .await
        }
        "mutex" => {
            let mutex = Arc::new(Mutex::new(0));
            all(tasks, || {
                let mutex = mutex.clone();
                async move {
                    for _ in 0..times {
                        let mut held = mutex.lock().await;
                        *held += 1;
                        yield_now().await;
                    }
                }
            })
            .await
        }
        "semaphore" => {
            let semaphore = Arc::new(Semaphore::new(10));
            all(tasks, || {
                let semaphore = semaphore.clone();
                async move {
                    for _ in 0..times {
                        let _permit = semaphore.acquire().await.unwrap();
                        yield_now().await;
                    }
                }
            })
            .await
        }
        "ping-pong" => {
            let mut all = Vec::with_capacity(tasks);
            for _ in 0..tasks / 2 {
                let (ping, pinged) = mpsc::channel(1);
                let (pong, ponged) = mpsc::channel(1);
                all.push(tokio::spawn(exchange(ping, ponged, true, times)));
                all.push(tokio::spawn(exchange(pong, pinged, false, times)));
            }
            for task in all {
                task.await.unwrap();
            }
        }
        "channel" => {
            let (tx, mut rx) = mpsc::channel(128);
            let senders: Vec<_> = (0..tasks)
                .map(|_| {
                    let tx = tx.clone();
                    tokio::spawn(async move {
                        for i in 0..times {
                            tx.send(i).await.unwrap();
                        }
                    })
                })
                .collect();
            for _ in 0..tasks * times {
                rx.recv().await.unwrap();
            }
            for sender in senders {
                sender.await.unwrap();
            }
        }
        "sleep-cancel" => {
            let sleepers: Vec<_> =
                (0..tasks).map(|_| tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)))).collect();
            yield_now().await;
            for sleeper in &sleepers {
                sleeper.abort();
            }
            for sleeper in sleepers {
                assert!(sleeper.await.is_err());
            }
        }
        unknown => panic!("a crowd does not {unknown}"),
    }
}

fn sleep_and_cancel(rt: &Runtime, times: usize) -> usize {
    on_task(rt, async move {
        let mut cancelled = 0;
        for _ in 0..times {
            let sleeper = tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)));
            yield_now().await;
            sleeper.abort();
            cancelled += sleeper.await.is_err() as usize;
        }
        cancelled
    })
}

fn ping_pong(rt: &Runtime, times: usize) -> usize {
    on_task(rt, async move {
        let (ping, mut pinged) = mpsc::channel(1);
        let (pong, mut ponged) = mpsc::channel(1);
        tokio::spawn(async move {
            while let Some(x) = pinged.recv().await {
                pong.send(x).await.unwrap();
            }
        });
        let mut sum = 0;
        for i in 0..times {
            ping.send(i & 63).await.unwrap();
            sum += ponged.recv().await.unwrap();
        }
        sum
    })
}

fn channel(rt: &Runtime, senders: usize, messages: usize) -> usize {
    on_task(rt, async move {
        let (tx, mut rx) = mpsc::channel(128);
        for _ in 0..senders {
            let tx = tx.clone();
            tokio::spawn(async move {
                for i in 0..messages / senders {
                    tx.send(i & 63).await.unwrap();
                }
            });
        }
        let mut sum = 0;
        for _ in 0..messages {
            sum += rx.recv().await.unwrap();
        }
        sum
    })
}

fn mutex(rt: &Runtime, times: usize) -> usize {
    let mutex = Mutex::new(0);
    on_task(rt, async move {
        for i in 0..times {
            *mutex.lock().await += i;
        }
        *mutex.lock().await
    })
}

fn mutex_over_yield(rt: &Runtime, times: usize) -> usize {
    let mutex = Arc::new(Mutex::new(0));
    on_task(rt, async move {
        let all: Vec<_> = (0..2)
            .map(|_| {
                let mutex = mutex.clone();
                tokio::spawn(async move {
                    for _ in 0..times / 2 {
                        let mut held = mutex.lock().await;
                        *held += 1;
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in all {
            task.await.unwrap();
        }
        *mutex.lock().await
    })
}

fn mutex_between(rt: &Runtime, tasks: usize, each: usize) -> usize {
    let mutex = Arc::new(Mutex::new(0));
    on_task(rt, async move {
        all(tasks, || {
            let mutex = mutex.clone();
            async move {
                for _ in 0..each {
                    *mutex.lock().await += 1;
                }
            }
        })
        .await;
        let sum = *mutex.lock().await;
        sum
    })
}

fn semaphore(rt: &Runtime, times: usize) -> usize {
    let semaphore = Semaphore::new(10);
    on_task(rt, async move {
        let mut sum = 0;
        for i in 0..times {
            let _permit = semaphore.acquire().await.unwrap();
            sum += i;
        }
        sum
    })
}

fn timeout(rt: &Runtime, suspends: bool, times: usize) -> usize {
    let suspends = black_box(suspends);
    on_task(rt, async move {
        let mut sum = 0;
        for i in 0..times {
            let inner = async {
                if suspends {
                    yield_now().await;
                }
                i & 63
            };
            sum += tokio::time::timeout(Duration::from_secs(3600), inner).await.unwrap();
        }
        sum
    })
}

fn sleeps(rt: &Runtime, tasks: usize) -> usize {
    on_task(rt, async move {
        let all: Vec<_> = (0..tasks)
            .map(|task| {
                tokio::spawn(async move {
                    let time = Duration::from_millis((task as u64 * 7919) % 2_000);
                    let from = Instant::now();
                    tokio::time::sleep(time).await;
                    assert!(from.elapsed() >= time, "woken too early");
                })
            })
            .collect();
        for task in all {
            task.await.unwrap();
        }
    });
    tasks
}

async fn echo(size: usize) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("port {}", listener.local_addr().unwrap().port());
    std::thread::spawn(|| {
        for _ in std::io::stdin().lock().lines() {
            println!("bytes 0");
        }
        std::process::exit(0);
    });
    loop {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        tokio::spawn(async move {
            let mut buffer = vec![0; size];
            while let Ok(n) = socket.read(&mut buffer).await {
                if n == 0 || socket.write_all(&buffer[..n]).await.is_err() {
                    break;
                }
            }
        });
    }
}

/// The processor time of all threads.
fn cpu_nanos() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").expect("the threads of this process");
    threads.flatten().map(|thread| {
        let figures = std::fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        figures.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or(0)
    }).sum()
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let rt = runtime(if words[1].ends_with("-2") { 2 } else { 1 });
    if words[1] == "echo" {
        rt.block_on(echo(words[2].parse().unwrap()));
        return;
    }
    let (workload, number) = words[1].rsplit_once('-').unwrap_or((&words[1], ""));
    let (times, batch): (usize, Box<dyn Fn() -> usize>) = match (workload, number) {
        ("chain", how) => {
            let suspends = how == "pending";
            (100_000, Box::new(move || chain(&rt, suspends, 100_000)))
        }
        ("timeout", how) => {
            let suspends = how == "pending";
            (20_000, Box::new(move || timeout(&rt, suspends, 20_000)))
        }
        (crowd, tasks) if crowd.starts_with("crowd-") => {
            let tasks: usize = tasks.parse().unwrap();
            let does: &'static str = crowd["crowd-".len()..].to_string().leak();
            (100_000, Box::new(move || {
                for _ in 0..100_000 / tasks {
                    on_task(&rt, crowd_of(does, tasks, 4));
                }
                100_000
            }))
        }
        ("channel", senders) => {
            let senders: usize = senders.parse().unwrap();
            (100_000, Box::new(move || channel(&rt, senders, 100_000)))
        }
        _ => match words[1].as_str() {
            "spawn" | "spawn-2" => (20_000, Box::new(move || spawn(&rt, 20_000))),
            "yield" | "yield-2" => (100_000, Box::new(move || two_yield(&rt, 50_000))),
            "sleep-cancel" => (10_000, Box::new(move || sleep_and_cancel(&rt, 10_000))),
            "ping-pong" | "ping-pong-2" => (20_000, Box::new(move || ping_pong(&rt, 20_000))),
            "mutex" => (100_000, Box::new(move || mutex(&rt, 100_000))),
            "mutex-2" => (200_000, Box::new(move || mutex_between(&rt, 4, 50_000))),
            "mutex-yield" => (20_000, Box::new(move || mutex_over_yield(&rt, 20_000))),
            "semaphore" => (100_000, Box::new(move || semaphore(&rt, 100_000))),
            "sleeps" => (1, Box::new(move || sleeps(&rt, 1_000_000))),
            unknown => panic!("there is no workload {unknown}"),
        },
    };
    let iterations: usize = words[2].parse().unwrap();
    let time = Duration::from_millis(words[3].parse().unwrap());
    let mut clock = Vec::new();
    let mut cpu = Vec::new();
    for iteration in 0..2 * iterations {
        let (from, cpu_from, mut batches) = (Instant::now(), cpu_nanos(), 0);
        while batches == 0 || from.elapsed() < time {
            black_box(batch());
            batches += 1;
        }
        if iteration >= iterations {
            let operations = (batches * times) as f64;
            clock.push(from.elapsed().as_nanos() as f64 / operations);
            cpu.push((cpu_nanos() - cpu_from) as f64 / operations);
        }
    }
    clock.sort_by(f64::total_cmp);
    cpu.sort_by(f64::total_cmp);
    println!("{} {} {}", clock[0], clock[iterations / 2], cpu[iterations / 2]);
}
