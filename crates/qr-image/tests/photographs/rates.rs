//! How many of the pictures are read, by distortion and grade.

use qr_image::{Code, scan};

use crate::codes::codes;
use crate::corpus::{DISTORTIONS, GRADES, Grade, shots};

#[derive(Clone, Copy, Default)]
struct Rate {
    read: u32,
    taken: u32,
}

impl Rate {
    fn percent(self) -> u32 {
        100 * self.read / self.taken
    }
}

/// One picture: where its rate stands, and whether exactly its code was read from it.
fn measured(from: usize, step: usize) -> Vec<(usize, Grade, bool)> {
    let codes = codes();
    let drawn: Vec<Code> = codes.iter().map(|code| Code::new(code).unwrap()).collect();
    let mine = shots().into_iter().enumerate().skip(from).step_by(step);
    mine.map(|(index, (place, grade, shot))| {
        let which = index % codes.len();
        let picture = shot.take(&drawn[which]);
        if let Ok(folder) = std::env::var("QR_IMAGE_KEEP") {
            let name = format!(
                "{folder}/{}-{grade:?}-{index}.picture",
                DISTORTIONS[place].0
            );
            std::fs::write(name, &picture).unwrap();
        }
        let scan = scan(&picture, &mut || true).unwrap();
        // What is read is read right: error correction leaves no room for a code that is none.
        for found in &scan.codes {
            assert_eq!(found.text, codes[which], "{}", DISTORTIONS[place].0);
        }
        (place, grade, scan.codes.len() == 1)
    })
    .collect()
}

#[test]
fn fair_pictures_are_read() {
    let halves = std::thread::scope(|scope| {
        let halves = [0, 1].map(|from| scope.spawn(move || measured(from, 2)));
        halves.map(|half| half.join().unwrap())
    });
    let mut rates = vec![[Rate::default(); 3]; DISTORTIONS.len()];
    for (place, grade, is_read) in halves.concat() {
        let rate = &mut rates[place][grade as usize];
        rate.taken += 1;
        rate.read += u32::from(is_read);
    }
    let mut whole = [Rate::default(); 3];
    let mut table = format!("{:<12}{:>8}{:>8}{:>8}\n", "", "easy", "fair", "hard");
    for ((name, _), row) in DISTORTIONS.iter().zip(&rates) {
        table += &format!("{name:<12}");
        for (rate, whole) in row.iter().zip(&mut whole) {
            table += &format!("{:>8}", format!("{}/{}", rate.read, rate.taken));
            whole.read += rate.read;
            whole.taken += rate.taken;
        }
        table += "\n";
    }
    table += &format!("{:<12}", "all");
    for rate in whole {
        table += &format!("{:>8}", format!("{} %", rate.percent()));
    }
    println!("{table}");
    let taken: u32 = whole.iter().map(|rate| rate.taken).sum();
    assert!(taken >= 200, "{taken}");
    let floors = [100, 95, 50];
    for ((grade, rate), floor) in GRADES.iter().zip(whole).zip(floors) {
        assert!(rate.percent() >= floor, "{grade:?}\n{table}");
    }
    // A grade that everything passes would measure nothing.
    assert!(whole[2].percent() < 100, "{table}");
}
