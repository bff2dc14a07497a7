//! Colours that people with any colour vision tell apart, and dashes where colours run out.

use ipvslab_schedulers::SchedulerKind;
use plotters::style::RGBColor;

use super::canvas::hexadecimal;

/// Okabe and Ito's colours (2008) without yellow, which is too faint on white.
const COLORS: [RGBColor; 7] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0x00, 0x00, 0x00),
];

/// What IPVS does not have is grey, more or less.
const BASELINES: [RGBColor; 3] =
    [RGBColor(0x6e, 0x6e, 0x6e), RGBColor(0x8a, 0x6d, 0x3b), RGBColor(0x5f, 0x5f, 0x9e)];

/// How a series looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Look {
    pub(crate) color: RGBColor,
    /// Dashed with hollow marks, for the second round through the colours.
    pub(crate) is_dashed: bool,
}

/// The look of the `number`-th of several things.
fn look(number: usize) -> Look {
    Look { color: COLORS[number % COLORS.len()], is_dashed: (number / COLORS.len()) % 2 == 1 }
}

/// The look of the `number`-th server or group of servers: by what nobody sees not a scheduler's colour, so that a page can
/// tell them apart.
pub(crate) fn server(number: usize) -> Look {
    let Look { color: RGBColor(red, green, blue), is_dashed } = look(number);
    Look { color: RGBColor(red, green ^ 1, blue), is_dashed }
}

/// A scheduler's look, the same in every picture. No two have exactly one colour: the second round through the colours
/// differs by what nobody sees, so that a page can address each scheduler's marks.
pub(crate) fn scheduler(kind: SchedulerKind) -> Look {
    if let Some(number) = SchedulerKind::BASELINES.iter().position(|&other| other == kind) {
        return Look { color: BASELINES[number], is_dashed: true };
    }
    if let Some(number) = SchedulerKind::PLANES.iter().position(|&other| other == kind) {
        return plane(number);
    }
    let number =
        SchedulerKind::ALL.iter().position(|&other| other == kind).expect("all schedulers are listed");
    let Look { color: RGBColor(red, green, blue), is_dashed } = look(number);
    Look { color: RGBColor(red, green, if is_dashed { blue ^ 1 } else { blue }), is_dashed }
}

/// The look of the `number`-th rule of another data plane: as the schedulers', always dashed, and by what nobody sees not
/// their colours.
fn plane(number: usize) -> Look {
    let Look { color: RGBColor(red, green, blue), is_dashed } = look(number);
    let color = if is_dashed { RGBColor(red, green, blue ^ 2) } else { RGBColor(red, green ^ 2, blue) };
    Look { color, is_dashed: true }
}

/// The simulated side.
pub(super) const MODEL: RGBColor = COLORS[0];

/// The kernel's side, which is also dashed or hollow.
pub(super) const KERNEL: RGBColor = COLORS[3];

/// A line of a look, 30 by 14 pixels, for a legend.
pub(super) fn sample(look: Look) -> String {
    let color = hexadecimal(look.color);
    let dashes = if look.is_dashed { " stroke-dasharray=\"7 4\"" } else { "" };
    format!("<line x1=\"0\" y1=\"7\" x2=\"30\" y2=\"7\" stroke=\"{color}\" stroke-width=\"3\"{dashes}/>")
}

/// The cividis colour map (Nuñez, Anderton, Renslow 2018) at `part`, 0 to 1.
pub(super) fn cividis(part: f64) -> RGBColor {
    const STOPS: [[f64; 3]; 9] = [
        [0.0, 34.0, 78.0],
        [18.0, 53.0, 112.0],
        [59.0, 73.0, 108.0],
        [87.0, 93.0, 109.0],
        [112.0, 113.0, 115.0],
        [138.0, 134.0, 120.0],
        [165.0, 156.0, 116.0],
        [208.0, 189.0, 92.0],
        [254.0, 232.0, 56.0],
    ];
    between(&STOPS, part)
}

/// From blue over near white, in the middle, to dark red: `part` of the way, 0 to 1 (RdYlBu of ColorBrewer, darkened at its ends).
pub(super) fn diverging(part: f64) -> RGBColor {
    const STOPS: [[f64; 3]; 9] = [
        [20.0, 40.0, 100.0],
        [45.0, 90.0, 160.0],
        [95.0, 150.0, 200.0],
        [165.0, 205.0, 228.0],
        [247.0, 243.0, 226.0],
        [253.0, 190.0, 112.0],
        [244.0, 120.0, 67.0],
        [205.0, 50.0, 40.0],
        [110.0, 0.0, 30.0],
    ];
    between(&STOPS, part)
}

fn between(stops: &[[f64; 3]; 9], part: f64) -> RGBColor {
    let place = part.clamp(0.0, 1.0) * (stops.len() - 1) as f64;
    let below = (place as usize).min(stops.len() - 2);
    let beyond = place - below as f64;
    let channel = |at: usize| {
        let (from, to) = (stops[below][at], stops[below + 1][at]);
        (from + (to - from) * beyond).round() as u8
    };
    RGBColor(channel(0), channel(1), channel(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_be_run_has_a_color_of_its_own() {
        let colors: Vec<RGBColor> = SchedulerKind::every().map(|kind| scheduler(kind).color).collect();
        for (number, color) in colors.iter().enumerate() {
            assert!(!colors[..number].contains(color));
        }
    }

    #[test]
    fn sides_stand_out_from_white() {
        // Relative luminance and contrast as WCAG 2.2 defines them; marks need 3.
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
        };
        for RGBColor(red, green, blue) in [MODEL, KERNEL] {
            let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
            assert!(1.05 / (luminance + 0.05) >= 3.0);
        }
    }

    #[test]
    fn color_map_runs_from_dark_to_bright() {
        assert_eq!(cividis(-1.0), RGBColor(0, 34, 78));
        assert_eq!(cividis(2.0), RGBColor(254, 232, 56));
        assert_eq!(diverging(0.5), RGBColor(247, 243, 226), "the middle is the brightest");
    }
}
