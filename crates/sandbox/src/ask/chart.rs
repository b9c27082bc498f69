//! Numbers -> a picture of them, drawn without any library of the system.

use std::sync::OnceLock;

use bytes::Bytes;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) labels: Vec<String>,
    pub(crate) values: Vec<f64>,
    pub(crate) form: Form,
    /// What the values and the labels are.
    pub(crate) value: String,
    pub(crate) label: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    Bars,
    Line,
}

const SIZE: (u32, u32) = (900, 560);

/// More bars than this cannot be read.
const MOST_BARS: usize = 25;

/// The font, registered once. It has Latin, Greek and Cyrillic letters; others become boxes.
fn font() -> Result<&'static str, String> {
    static FONT: OnceLock<bool> = OnceLock::new();
    let registered = FONT.get_or_init(|| register_font("sans-serif", FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT).is_ok());
    if *registered { Ok("sans-serif") } else { Err("the font cannot be used".into()) }
}

impl Chart {
    /// The chart without what is not drawn, if there is anything to draw: no axis holds numbers that are too large to be subtracted.
    pub(crate) fn drawable(mut self) -> Option<Self> {
        if self.form == Form::Bars {
            self.labels.truncate(MOST_BARS);
            self.values.truncate(MOST_BARS);
        }
        let (low, high) = self.range();
        (high - low).is_finite().then_some(self)
    }

    /// Draws the chart as PNG.
    pub(crate) fn draw(&self) -> Result<Bytes, String> {
        let mut pixels = vec![0_u8; usize::try_from(SIZE.0 * SIZE.1 * 3).unwrap_or_default()];
        {
            let area = BitMapBackend::with_buffer(&mut pixels, SIZE).into_drawing_area();
            area.fill(&WHITE).map_err(|error| error.to_string())?;
            match self.form {
                Form::Bars => self.bars(&area),
                Form::Line => self.line(&area),
            }?;
            area.present().map_err(|error| error.to_string())?;
        }
        encode(&pixels).map_err(|error| error.to_string())
    }

    /// From zero to a bit more than the largest value.
    fn range(&self) -> (f64, f64) {
        let low = self.values.iter().copied().fold(0.0, f64::min);
        let high = self.values.iter().copied().fold(0.0, f64::max);
        let room = if high > low { (high - low) * 0.1 } else { 1.0 };
        (if low < 0.0 { low - room } else { 0.0 }, high + room)
    }

    /// Lying bars, because names are longer than numbers.
    fn bars(&self, area: &DrawingArea<BitMapBackend<'_>, plotters::coord::Shift>) -> Result<(), String> {
        let count = self.values.len().clamp(1, MOST_BARS);
        let labels: Vec<String> = self.labels.iter().take(count).map(|label| shortened(label, 24)).collect();
        let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(1);
        let (low, high) = self.range();
        let last = i32::try_from(count).unwrap_or(1);
        let font = font()?;
        let mut chart = ChartBuilder::on(area)
            .caption(shortened(&self.title, 80), (font, 22))
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(u32::try_from(longest * 9 + 30).unwrap_or(200))
            .build_cartesian_2d(low..high, (0..last - 1).into_segmented())
            .map_err(|error| error.to_string())?;
        // The first bar is at the top.
        let place = |at: usize| last - 1 - i32::try_from(at).unwrap_or_default();
        let name = |segment: &SegmentValue<i32>| match segment {
            SegmentValue::CenterOf(at) => usize::try_from(last - 1 - at).ok().and_then(|at| labels.get(at)).cloned().unwrap_or_default(),
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_y_mesh()
            .light_line_style(WHITE)
            .y_labels(count)
            .y_label_formatter(&name)
            .x_label_formatter(&|value| compact(*value))
            .x_desc(shortened(&self.value, 60))
            .label_style((font, 16))
            .axis_desc_style((font, 17))
            .draw()
            .map_err(|error| error.to_string())?;
        let color = RGBColor(46, 107, 178);
        let bars = self.values.iter().take(count).enumerate().map(|(at, value)| {
            let place = place(at);
            let mut bar = Rectangle::new([(0.0, SegmentValue::Exact(place)), (*value, SegmentValue::Exact(place + 1))], color.filled());
            bar.set_margin(3, 3, 0, 0);
            bar
        });
        chart.draw_series(bars).map_err(|error| error.to_string())?;
        let numbers = self.values.iter().take(count).enumerate().map(|(at, value)| {
            Text::new(super::tell::short(*value), (value.max(0.0), SegmentValue::CenterOf(place(at))), (font, 14).into_font())
        });
        chart.draw_series(numbers).map_err(|error| error.to_string())?;
        Ok(())
    }

    fn line(&self, area: &DrawingArea<BitMapBackend<'_>, plotters::coord::Shift>) -> Result<(), String> {
        let (low, high) = self.range();
        let last = i32::try_from(self.values.len().saturating_sub(1)).unwrap_or(1).max(1);
        let font = font()?;
        let mut chart = ChartBuilder::on(area)
            .caption(shortened(&self.title, 80), (font, 22))
            .margin(20)
            // The last label stands below the last point, and half of it beyond.
            .margin_right(56)
            .x_label_area_size(52)
            .y_label_area_size(84)
            .build_cartesian_2d(0..last, low..high)
            .map_err(|error| error.to_string())?;
        let name =
            |at: &i32| usize::try_from(*at).ok().and_then(|at| self.labels.get(at)).map(|label| shortened(label, 12)).unwrap_or_default();
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(WHITE)
            .x_labels(self.labels.len().clamp(2, 10))
            .x_label_formatter(&name)
            .y_label_formatter(&|value| compact(*value))
            .x_desc(shortened(&self.label, 60))
            .y_desc(shortened(&self.value, 60))
            .label_style((font, 16))
            .axis_desc_style((font, 17))
            .draw()
            .map_err(|error| error.to_string())?;
        let points: Vec<(i32, f64)> = (0..).zip(self.values.iter().copied()).collect();
        let style = RGBColor(46, 107, 178).stroke_width(2);
        chart.draw_series(LineSeries::new(points.clone(), style)).map_err(|error| error.to_string())?;
        let dots = points.into_iter().filter(|_| self.values.len() <= 60).map(|point| Circle::new(point, 3, style.filled()));
        chart.draw_series(dots).map_err(|error| error.to_string())?;
        Ok(())
    }
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { format!("{}…", text.chars().take(most - 1).collect::<String>()) }
}

/// 1500000 -> `1.5M`.
fn compact(value: f64) -> String {
    let (scaled, sign) = match value.abs() {
        size if size >= 1e9 => (value / 1e9, "B"),
        size if size >= 1e6 => (value / 1e6, "M"),
        size if size >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    format!("{}{sign}", super::tell::short(scaled))
}

fn encode(pixels: &[u8]) -> Result<Bytes, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::{Chart, Form, SIZE};

    #[test]
    fn every_shape_of_numbers_can_be_drawn() {
        let shapes: [&[f64]; 6] = [&[], &[0.0], &[5.0], &[-3.0, 4.0], &[1e12, 1.0], &[1.0; 200]];
        for values in shapes {
            for form in [Form::Bars, Form::Line] {
                let labels = values.iter().map(|value| format!("a rather long label, or 地区, for {value}")).collect();
                let (title, value, label) = ("t".repeat(500), "v".into(), String::new());
                let drawn = Chart { title, labels, values: values.into(), form, value, label }.draw().expect("it can be drawn");
                let mut reader = png::Decoder::new(std::io::Cursor::new(&drawn[..])).read_info().expect("a PNG");
                assert_eq!((reader.info().width, reader.info().height), SIZE);
                let mut pixels = vec![0; reader.output_buffer_size().expect("it fits into memory")];
                reader.next_frame(&mut pixels).expect("a picture");
                let painted = pixels.chunks(3).filter(|pixel| *pixel == [46, 107, 178]).count();
                assert!(values.iter().all(|value| *value == 0.0) || painted > 20, "{form:?} {values:?}");
            }
        }
    }
}
