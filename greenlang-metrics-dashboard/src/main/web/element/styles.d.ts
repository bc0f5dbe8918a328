declare module 'greenlang-chart.css' {
  const styles: string;
  export default styles;
}
